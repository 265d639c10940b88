/*
id: same_phone_or_address_many_claims
title: {zh: 同一电话或地址多人申领, en: Many people claim under one phone or address}
status: stable
role: lead
level: medium
basis: []
why:
  zh: 不同户的多名领取人留同一手机号或同一门牌地址，可能由一人集中申报或虚构。
  en: Many recipients of different households give one phone or one address; one person may have claimed for all.
not_when:
  zh: 村干部代填号码；敬老院、集体宿舍；同一户。
  en: The number of the village cadre who filled in the forms; a home for the aged, a dormitory; one household.
ask:
  zh: 机主是谁，逐户走访，申请表笔迹和签字。
  en: Whose number it is; visit the households; the hand and signatures of the forms.
reads: [benefit_payment]
optional: [entity_of]
population: {table: benefit_payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND (phone IS NOT NULL OR address IS NOT NULL)"}
scope: all
params: {most_people: 4, shortest_address: 8}
lead: {unit: unit_id, subject: [programme, mark_key], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "“{programme}”有{people}名不同户人员登记同一{kind}，领取{total}。"
  en: "“{programme}”: {people} people of different households gave one {kind} and drew {total}."
examples:
  - says: five on one phone; a household of five, and four people, are left alone
    given:
      benefit_payment:
        - &paid {programme: 临时救助, name: 王一, id_no: "1", phone: "13800001111", amount: 500.00, paid_on: 2024-03-05}
        - {<<: *paid, name: 王二, id_no: "2"}
        - {<<: *paid, name: 王三, id_no: "3"}
        - {<<: *paid, name: 王四, id_no: "4"}
        - {<<: *paid, name: 王五, id_no: "5"}
        - &home {<<: *paid, phone: "13800002222", household_no: H1}
        - {<<: *home, name: 王二, id_no: "2"}
        - {<<: *home, name: 王三, id_no: "3"}
        - {<<: *home, name: 王四, id_no: "4"}
        - {<<: *home, name: 王五, id_no: "5"}
        - {<<: *paid, name: 李一, id_no: "6", phone: "13800003333"}
    expect:
      - {programme: 临时救助, people: 5, kind: 电话 phone, total: 2500.00, benefit_payment_rows: [1, 2, 3, 4, 5]}
*/
WITH paid AS (
  SELECT benefit_payment.row_id, benefit_payment.unit_id, benefit_payment.programme, benefit_payment.phone,
    regexp_replace(coalesce(benefit_payment.address, ''), '[\s,，。（）()·]', '', 'g') AS address, benefit_payment.amount,
    benefit_payment.currency, benefit_payment.paid_on,
    coalesce(benefit_payment.household_no, CAST(entity_of.entity_id AS VARCHAR), benefit_payment.id_no, benefit_payment.name)
      AS party
  FROM benefit_payment
  LEFT JOIN entity_of ON entity_of.in_table = 'benefit_payment' AND entity_of.in_row = benefit_payment.row_id
    AND entity_of.role = 'payee'
  WHERE benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid'
),
marks AS (
  SELECT row_id, unit_id, programme, amount, currency, paid_on, party, '电话 phone' AS kind, phone AS mark
  FROM paid
  WHERE length(phone) >= 7
  UNION ALL
  SELECT row_id, unit_id, programme, amount, currency, paid_on, party, '地址 address' AS kind, address AS mark
  FROM paid
  WHERE length(address) >= $shortest_address AND regexp_matches(address, '[0-9]')
)
SELECT unit_id, programme, md5(mark) AS mark_key, max(kind) AS kind, count(DISTINCT party) AS people,
  CAST(sum(amount) AS DECIMAL(18, 2)) AS total, max(currency) AS currency, max(paid_on) AS last_paid_on,
  list_sort(list(row_id)) AS benefit_payment_rows
FROM marks
GROUP BY unit_id, programme, kind, mark
HAVING count(DISTINCT party) > $most_people
