/*
id: paid_to_person_not_in_registry
title: {zh: 领取人不在户籍登记中, en: The recipient is not in the population register}
status: stable
role: lead
level: medium
basis: []
why:
  zh: 领取人的身份证号在户籍登记中查不到，归并后也找不到同一人，可能虚构或冒名。
  en: The recipient's number is not in the register, nor does linking find the person there; he may be made up.
not_when:
  zh: 户籍数据只含本地或有缺漏；外地户籍人员；刚出生或迁入。
  en: A register of one place or with gaps; people registered elsewhere; newborns and newcomers.
ask:
  zh: 向公安户籍部门核对，领取人的居住和身份证明。
  en: Check with the household register of the police; proof of who and where the recipient is.
reads: [benefit_payment, person]
optional: [entity_of]
population: {table: benefit_payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND length(id_no) >= 15"}
scope: all
params: {few: 5, most_share: 0.2}
lead: {unit: unit_id, subject: [programme, person_key], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "领取“{programme}”{times}笔共{total}的{name}不在户籍登记中。"
  en: "{name}, who drew “{programme}” {times} times, {total} in all, is not in the population register."
examples:
  - says: nobody of that number; somebody registered, by the old number of fifteen digits as well, a programme whose people the register does not cover, and one whose mistyped number linking found, are left alone
    given:
      person:
        - {name: 王芳, id_no: "330106198005060018"}
        - {name: 李强, id_no: "330106198005060034"}
      entity_of:
        - {in_table: person, in_row: 2, role: self, entity_id: 77}
        - {in_table: benefit_payment, in_row: 2, role: payee, entity_id: 77}
      benefit_payment:
        - &paid {programme: 农村低保, name: 王芳, id_no: "330106198005060018", amount: 500.00, paid_on: 2024-03-05}
        - {<<: *paid, name: 李强, id_no: "330106198005060039"}
        - {<<: *paid, name: 赵云, id_no: "330106198005060050"}
        - {<<: *paid, id_no: "330106800506001"}
        - &pupil {<<: *paid, programme: 学生营养膳食补助, name: 钱一, id_no: "330106201505060011"}
        - {<<: *pupil, id_no: "330106201505060022"}
        - {<<: *pupil, id_no: "330106201505060033"}
        - {<<: *pupil, id_no: "330106201505060044"}
        - {<<: *pupil, id_no: "330106201505060055"}
        - {<<: *pupil, id_no: "330106201505060066"}
    expect:
      - {programme: 农村低保, name: 赵云, times: 1, total: 500.00, benefit_payment_rows: [3]}
*/
WITH registered AS (
  SELECT person.row_id, 'n' || person.id_no AS key
  FROM person
  WHERE length(person.id_no) >= 15 AND true
  UNION ALL
  SELECT person.row_id, 'n' || concat(substr(person.id_no, 1, 6), substr(person.id_no, 9, 9)) AS key
  FROM person
  WHERE length(person.id_no) = 18
  UNION ALL
  SELECT person.row_id, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM person
  JOIN entity_of ON entity_of.in_table = 'person' AND entity_of.in_row = person.row_id AND entity_of.role = 'self'
  WHERE true
),
recipients AS (
  SELECT benefit_payment.row_id, 'n' || benefit_payment.id_no AS key
  FROM benefit_payment
  WHERE length(benefit_payment.id_no) >= 15 AND benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid' AND length(benefit_payment.id_no) >= 15
  UNION ALL
  SELECT benefit_payment.row_id, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM benefit_payment
  JOIN entity_of ON entity_of.in_table = 'benefit_payment' AND entity_of.in_row = benefit_payment.row_id AND entity_of.role = 'payee'
  WHERE benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid' AND length(benefit_payment.id_no) >= 15
),
known AS (
  SELECT DISTINCT recipients.row_id
  FROM recipients
  JOIN registered ON registered.key = recipients.key
),
-- Where many of a programme's recipients are unknown, the register does not cover them (pupils, say); that is no lead.
covered AS (
  SELECT benefit_payment.unit_id, benefit_payment.programme
  FROM benefit_payment
  LEFT JOIN known ON known.row_id = benefit_payment.row_id
  WHERE benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid' AND length(benefit_payment.id_no) >= 15
  GROUP BY benefit_payment.unit_id, benefit_payment.programme
  HAVING count(DISTINCT CASE WHEN known.row_id IS NULL THEN benefit_payment.id_no END)
    <= greatest($few, $most_share * count(DISTINCT benefit_payment.id_no))
),
-- What came back as a row of its own is put right.
back AS (
  SELECT benefit_payment.unit_id, benefit_payment.programme AS programme, md5(benefit_payment.id_no) AS person_key, -sum(benefit_payment.amount) AS amount
  FROM benefit_payment
  WHERE benefit_payment.amount < 0 AND coalesce(benefit_payment.status, 'returned') <> 'failed'
  GROUP BY benefit_payment.unit_id, benefit_payment.programme, md5(benefit_payment.id_no)
)
SELECT benefit_payment.unit_id, benefit_payment.programme, md5(benefit_payment.id_no) AS person_key,
  max(benefit_payment.name) AS name, count(*) AS times, CAST(sum(benefit_payment.amount) AS DECIMAL(18, 2)) AS total,
  max(benefit_payment.currency) AS currency, max(benefit_payment.paid_on) AS last_paid_on,
  list_sort(list(benefit_payment.row_id)) AS benefit_payment_rows
FROM benefit_payment
JOIN covered ON covered.unit_id = benefit_payment.unit_id AND covered.programme IS NOT DISTINCT FROM benefit_payment.programme
LEFT JOIN known ON known.row_id = benefit_payment.row_id
LEFT JOIN back ON back.unit_id = benefit_payment.unit_id AND back.programme IS NOT DISTINCT FROM benefit_payment.programme
  AND back.person_key = md5(benefit_payment.id_no)
WHERE benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid' AND length(benefit_payment.id_no) >= 15 AND known.row_id IS NULL
GROUP BY benefit_payment.unit_id, benefit_payment.programme, benefit_payment.id_no
HAVING sum(benefit_payment.amount) > coalesce(max(back.amount), 0)
