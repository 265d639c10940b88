/*
id: paid_outside_eligible_area_or_household
title: {zh: 户籍不在补贴范围, en: Paid to somebody registered outside the programme's place}
status: stable
role: lead
level: medium
basis: []
why:
  zh: 领取人户籍登记地不在补贴项目的适用地区，不符合发放对象条件。
  en: The recipient is registered outside the place for which the programme holds.
not_when:
  zh: 按居住证、土地所在地或常住地发放的项目；户籍刚迁出。
  en: Programmes that go by residence or by where the land lies; somebody who has just moved.
ask:
  zh: 户籍证明、政策对发放对象的规定、迁移日期。
  en: The household register, the policy's words on who is eligible, the date of the move.
reads: [benefit_payment, programme, person]
optional: [entity_of]
population: {table: benefit_payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid'"}
scope: all
lead: {unit: unit_id, subject: [programme, person_key], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "{name}户籍在{registered}，领取适用于{place}的“{programme}”{times}笔共{total}。"
  en: "{name} is registered in {registered} and drew “{programme}”, which holds for {place}, {times} times, {total} in all."
examples:
  - says: somebody of another county; one of the county and one who is not in the register are left alone
    given:
      programme:
        - {name: 农村低保, place: "330106"}
      person:
        - {name: 王芳, id_no: "330106198005060018", place: "330203"}
        - {name: 李强, id_no: "330106198005060034", place: "330106"}
      benefit_payment:
        - &paid {programme: 农村低保, name: 王芳, id_no: "330106198005060018", amount: 500.00, paid_on: 2024-03-05}
        - {<<: *paid, name: 李强, id_no: "330106198005060034"}
        - {<<: *paid, name: 赵云, id_no: "330106198005060050"}
    expect:
      - {programme: 农村低保, name: 王芳, registered: "330203", place: "330106", total: 500.00, benefit_payment_rows: [1], person_rows: [1]}
*/
WITH registered AS (
  SELECT person.row_id, person.place, 'n' || person.id_no AS key
  FROM person
  WHERE length(person.id_no) >= 15 AND length(person.place) >= 6 AND person.cancelled_on IS NULL
  UNION ALL
  SELECT person.row_id, person.place, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM person
  JOIN entity_of ON entity_of.in_table = 'person' AND entity_of.in_row = person.row_id AND entity_of.role = 'self'
  WHERE length(person.place) >= 6 AND person.cancelled_on IS NULL
),
recipients AS (
  SELECT benefit_payment.row_id, 'n' || benefit_payment.id_no AS key
  FROM benefit_payment
  WHERE length(benefit_payment.id_no) >= 15 AND benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid'
  UNION ALL
  SELECT benefit_payment.row_id, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM benefit_payment
  JOIN entity_of ON entity_of.in_table = 'benefit_payment' AND entity_of.in_row = benefit_payment.row_id AND entity_of.role = 'payee'
  WHERE benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid'
),
met AS (
  SELECT recipients.row_id, min(registered.place) AS first_place, max(registered.place) AS registered,
    min(registered.row_id) AS person_row
  FROM recipients
  JOIN registered ON registered.key = recipients.key
  GROUP BY recipients.row_id
),
places AS (
  SELECT name, max(place) AS place, regexp_replace(max(place), '(00)+$', '', 'g') AS stem
  FROM programme
  WHERE length(place) >= 6
  GROUP BY name
  HAVING min(place) = max(place)
)
SELECT benefit_payment.unit_id, benefit_payment.programme, md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, '')))) AS person_key, max(benefit_payment.name) AS name,
  max(met.registered) AS registered, max(places.place) AS place, count(*) AS times,
  CAST(sum(benefit_payment.amount) AS DECIMAL(18, 2)) AS total, max(benefit_payment.currency) AS currency,
  max(benefit_payment.paid_on) AS last_paid_on, list_sort(list(benefit_payment.row_id)) AS benefit_payment_rows,
  list_sort(list(DISTINCT met.person_row) FILTER (WHERE met.person_row IS NOT NULL)) AS person_rows
FROM benefit_payment
JOIN met ON met.row_id = benefit_payment.row_id
JOIN places ON places.name = benefit_payment.programme
WHERE met.first_place = met.registered AND left(met.registered, length(places.stem)) <> places.stem
GROUP BY benefit_payment.unit_id, benefit_payment.programme, md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, ''))))
