/*
id: paid_twice_in_a_month
title: {zh: 同一人同月工资发了两次, en: One person's pay for a month was paid twice}
status: stable
role: lead
level: high
basis: []
why:
  zh: 同一张工资表里同一个人同月、同一发放类别、同一金额出现两次，多发的一份可能已被本人或经办人领走。
  en: One person stands twice in a month's pay run with one amount; the second pay may have gone to him or to whoever made the list.
not_when:
  zh: 同月另发的奖金、绩效、补发（类别不同）；发现后已用负数冲回；同名不同人。
  en: A bonus or arrears in the same month (another kind of pay run); a pay taken back by a negative line; two people of one name.
ask:
  zh: 该月工资表和银行代发回单，第二笔实际打入的账户，是否已经追回。
  en: The month's pay list and the bank's receipt, the account that the second pay went to, whether it was recovered.
reads: [payroll]
population: {table: payroll, where: "coalesce(net, gross) > 0"}
max_share: 0.05
scope: row
lead: {unit: unit_id, subject: [month, pay_run, person_key], amount: at_risk, currency: currency, on: month}
reason:
  zh: "{name}{pay_month}的工资发了{times}次，每次{paid}，多发{at_risk}。"
  en: "{name} was paid {times} times for {pay_month}, {paid} each, {at_risk} too much."
examples:
  - says: one pay twice; a bonus, another person of that name, a pay taken back, and lines without any number or account are left alone
    given:
      payroll:
        - &paid {month: 2025-09-01, kind: 月工资, staff_no: A01, name: 朱文, id_no: "330106198005060018", account: "622848001", gross: 6171.00, net: 5417.10}
        - {<<: *paid}
        - {<<: *paid, month: 2025-10-01}
        - {<<: *paid, kind: 年终奖}
        - &other {<<: *paid, staff_no: A02, id_no: "330106198005060034", account: "622848002"}
        - &back {<<: *paid, staff_no: A03, name: 钱一, id_no: "330106198005060050", account: "622848003"}
        - {<<: *back}
        - {<<: *back, month: 2025-10-01, gross: -6171.00, net: -5417.10}
        - &bare {<<: *paid, staff_no: null, name: 王芳, id_no: null, account: null}
        - {<<: *bare}
        - &card {<<: *bare, name: 李强, account: "622848004", net: null}
        - {<<: *card}
    expect:
      - {month: 2025-09-01, pay_run: 月工资, name: 朱文, times: 2, at_risk: 5417.10, payroll_rows: [1, 2]}
      - {name: 李强, times: 2, at_risk: 6171.00, payroll_rows: [11, 12]}
*/
WITH pays AS (
  SELECT row_id, unit_id, month, coalesce(kind, '') AS pay_run, name, coalesce(net, gross) AS paid, currency,
    coalesce(id_no, staff_no, CASE WHEN account IS NOT NULL THEN concat(name, '|', account) END) AS person
  FROM payroll
  WHERE coalesce(net, gross) <> 0
),
taken_back AS (
  SELECT unit_id, person, -paid AS paid, count(*) AS times
  FROM pays
  WHERE paid < 0
  GROUP BY unit_id, person, -paid
)
SELECT pays.unit_id, pays.month, strftime(pays.month, '%Y-%m') AS pay_month, pays.pay_run,
  md5(pays.person) AS person_key, max(pays.name) AS name, pays.paid, pays.currency, count(*) AS times, CAST((count(*) - 1) * pays.paid AS DECIMAL(18, 2)) AS at_risk,
  list_sort(list(pays.row_id)) AS payroll_rows
FROM pays
LEFT JOIN taken_back ON taken_back.unit_id = pays.unit_id AND taken_back.person = pays.person
  AND taken_back.paid = pays.paid
WHERE pays.paid > 0 AND pays.person IS NOT NULL
GROUP BY pays.unit_id, pays.month, pays.pay_run, pays.person, pays.paid, pays.currency
HAVING count(*) - coalesce(max(taken_back.times), 0) > 1
