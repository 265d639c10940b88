/*
id: beneficiary_related_to_official
title: {zh: 领取人是在任干部亲属, en: The recipient is kin of a serving official}
status: stable
role: lead
level: medium
basis: []
why:
  zh: 领取困难群众补贴的人是在任干部（含乡镇、村干部）的亲属，可能优亲厚友。
  en: Somebody who draws a benefit for the needy is kin of a serving official of the county, a town or a village; favour may have decided.
not_when:
  zh: 亲属本人确实符合条件，经公示和备案。
  en: The kin really is eligible; it was published and put on record.
ask:
  zh: 近亲属备案表、审批和公示材料、家庭经济状况核对报告。
  en: The record of close kin, the approval and its publication, the check of the household's means.
reads: [benefit_payment, official]
optional: [kinship, entity_of, tie, payroll]
population: {table: benefit_payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid'"}
scope: all
params: {programmes: "低保|最低生活|特困|五保|临时救助|困难|危房|廉租|公租"}
lead: {unit: unit_id, subject: [programme, person_key], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "领取“{programme}”共{total}的{name}是在任干部（{employer}{post}）的亲属。"
  en: "{name}, who drew “{programme}”, {total} in all, is kin of a serving official ({employer} {post})."
examples:
  - says: a wife by number, a brother by the household that linking found; an official himself, a wife who was divorced, and payments before the post, are left alone
    given:
      official:
        - {name: 王芳, id_no: "330106198005060018", post: 民政办主任, from_date: 2022-01-01}
        - {unit_id: U9, name: 赵云, id_no: "330106198005060050", post: 校长, from_date: 2022-01-01}
      kinship:
        - {name: 王芳, id_no: "330106198005060018", other_name: 李强, other_id_no: "330106198005060034", kind: 夫妻}
        - &wed {name: 赵云, id_no: "330106198005060050", other_name: 钱一, other_id_no: "330106198205060033", status: 结婚登记, from_date: 2008-01-01}
        - {<<: *wed, status: 离婚登记, from_date: 2014-01-01}
      entity_of:
        - {in_table: official, in_row: 1, role: self, entity_id: 70}
        - {in_table: benefit_payment, in_row: 2, role: payee, entity_id: 77}
      tie:
        - {kind: kin, from_entity: 77, to_entity: 70, weight: 1, in_table: person, in_row: 4}
      benefit_payment:
        - &paid {programme: 农村低保, name: 李强, id_no: "330106198005060034", amount: 500.00, paid_on: 2024-03-05}
        - {<<: *paid, name: 王强, id_no: null, village: 王家村}
        - {<<: *paid, paid_on: 2020-03-05}
        - {<<: *paid, name: 赵云, id_no: "330106198005060050"}
        - {<<: *paid, programme: 耕地地力保护补贴}
        - {<<: *paid, name: 钱一, id_no: "330106198205060033"}
    expect:
      - {programme: 农村低保, name: 李强, total: 500.00, benefit_payment_rows: [1], official_rows: [1], kinship_rows: [1]}
      - {programme: 农村低保, name: 王强, total: 500.00, benefit_payment_rows: [2], official_rows: [1], tie_rows: [1]}
  - says: an official without a number who is on the payroll of the unit, and the mother by way of the head of the household; a namesake paid elsewhere is left alone
    given:
      official:
        - {unit_id: 民政局, unit_name: 某县民政局, name: 王芳, post: 救助股长, from_date: 2022-01-01}
        - {unit_id: 民政局, unit_name: 某县民政局, name: 赵云, post: 科员, from_date: 2022-01-01}
      payroll:
        - {unit_id: "503001", unit_name: 某县民政局, name: 王芳, id_no: "330106198005060018", month: 2024-01-01}
        - {unit_id: "505001", unit_name: 某县中学, name: 赵云, id_no: "330106198005060050", month: 2024-01-01}
      entity_of:
        - {in_table: payroll, in_row: 1, role: employee, entity_id: 70}
        - {in_table: payroll, in_row: 2, role: employee, entity_id: 72}
        - {in_table: benefit_payment, in_row: 1, role: payee, entity_id: 77}
        - {in_table: benefit_payment, in_row: 2, role: payee, entity_id: 78}
      tie:
        - {kind: kin, from_entity: 77, to_entity: 79, weight: 1, in_table: person, in_row: 4}
        - {kind: kin, from_entity: 70, to_entity: 79, weight: 1, in_table: person, in_row: 5}
        - {kind: kin, from_entity: 78, to_entity: 72, weight: 1, in_table: person, in_row: 6}
      benefit_payment:
        - &relief {programme: 农村低保, name: 李兰, id_no: "330106195505060018", amount: 500.00, paid_on: 2024-03-05}
        - {<<: *relief, name: 钱一, id_no: "330106195505060034"}
    expect:
      - {programme: 农村低保, name: 李兰, total: 500.00, benefit_payment_rows: [1], official_rows: [1], tie_rows: [1]}
*/
-- A list of posts without numbers: who is paid under that name by that unit, where it is one person.
WITH namesakes AS (
  SELECT official.row_id, min(payroll.id_no) AS id_no, min(payroll.row_id) AS payroll_row
  FROM official
  JOIN payroll ON payroll.name = official.name
    AND (payroll.unit_id = official.unit_id OR payroll.unit_name = official.unit_name)
  WHERE official.id_no IS NULL AND length(payroll.id_no) >= 15
  GROUP BY official.row_id
  HAVING count(DISTINCT payroll.id_no) = 1
),
paid_there AS (
  SELECT row_id, 'n' || id_no AS key
  FROM namesakes
  UNION ALL
  SELECT namesakes.row_id, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM namesakes
  JOIN entity_of ON entity_of.in_table = 'payroll' AND entity_of.in_row = namesakes.payroll_row AND entity_of.role = 'employee'
),
officials AS (
  SELECT official.row_id, official.unit_name, official.post, official.from_date, official.to_date, 'n' || official.id_no AS key
  FROM official
  WHERE length(official.id_no) >= 15 AND true
  UNION ALL
  SELECT official.row_id, official.unit_name, official.post, official.from_date, official.to_date, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM official
  JOIN entity_of ON entity_of.in_table = 'official' AND entity_of.in_row = official.row_id AND entity_of.role = 'self'
  WHERE true
  UNION ALL
  SELECT official.row_id, official.unit_name, official.post, official.from_date, official.to_date, paid_there.key
  FROM official
  JOIN paid_there ON paid_there.row_id = official.row_id
),
-- Registers of marriages hold divorces as rows of their own, or as an end date.
divorced AS (
  SELECT DISTINCT least(id_no, other_id_no) AS one, greatest(id_no, other_id_no) AS other
  FROM kinship
  WHERE to_date IS NOT NULL OR contains(coalesce(status, ''), '离') OR contains(coalesce(kind, ''), '离')
),
kin AS (
  SELECT kinship.row_id, kinship.id_no, kinship.other_id_no
  FROM kinship
  LEFT JOIN divorced ON divorced.one = least(kinship.id_no, kinship.other_id_no)
    AND divorced.other = greatest(kinship.id_no, kinship.other_id_no)
  WHERE length(kinship.id_no) >= 15 AND length(kinship.other_id_no) >= 15 AND divorced.one IS NULL
),
tied AS (
  SELECT row_id, from_entity AS one, to_entity AS other, in_table
  FROM tie
  WHERE kind = 'kin' AND to_date IS NULL
  UNION ALL
  SELECT row_id, to_entity AS one, from_entity AS other, in_table
  FROM tie
  WHERE kind = 'kin' AND to_date IS NULL
),
relatives AS (
  SELECT 'n' || id_no AS key, 'n' || other_id_no AS other_key, row_id AS kinship_row, nullif(row_id, row_id) AS tie_row
  FROM kin
  UNION ALL
  SELECT 'n' || other_id_no AS key, 'n' || id_no AS other_key, row_id AS kinship_row, nullif(row_id, row_id) AS tie_row
  FROM kin
  UNION ALL
  SELECT 'e' || CAST(one AS VARCHAR) AS key, 'e' || CAST(other AS VARCHAR) AS other_key, nullif(row_id, row_id) AS kinship_row,
    row_id AS tie_row
  FROM tied
  UNION ALL
  -- The civil registry ties all of a household to its head only: mother and child are kin by way of him.
  SELECT 'e' || CAST(near.one AS VARCHAR) AS key, 'e' || CAST(far.other AS VARCHAR) AS other_key,
    nullif(near.row_id, near.row_id) AS kinship_row, far.row_id AS tie_row
  FROM tied AS near
  JOIN tied AS far ON far.one = near.other AND far.other <> near.one AND far.in_table = 'person'
  WHERE near.in_table = 'person'
),
recipients AS (
  SELECT benefit_payment.row_id, benefit_payment.unit_id, benefit_payment.programme, benefit_payment.name, benefit_payment.id_no, benefit_payment.village, benefit_payment.amount, benefit_payment.currency, benefit_payment.paid_on, 'n' || benefit_payment.id_no AS key
  FROM benefit_payment
  WHERE length(benefit_payment.id_no) >= 15 AND benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid' AND regexp_matches(coalesce(benefit_payment.programme, ''), $programmes)
  UNION ALL
  SELECT benefit_payment.row_id, benefit_payment.unit_id, benefit_payment.programme, benefit_payment.name, benefit_payment.id_no, benefit_payment.village, benefit_payment.amount, benefit_payment.currency, benefit_payment.paid_on, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM benefit_payment
  JOIN entity_of ON entity_of.in_table = 'benefit_payment' AND entity_of.in_row = benefit_payment.row_id AND entity_of.role = 'payee'
  WHERE benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid' AND regexp_matches(coalesce(benefit_payment.programme, ''), $programmes)
),
met AS (
  SELECT recipients.row_id, max(officials.post) AS post, max(officials.unit_name) AS employer,
    min(officials.row_id) AS official_row, min(relatives.kinship_row) AS kinship_row, min(relatives.tie_row) AS tie_row
  FROM recipients
  JOIN relatives ON relatives.other_key = recipients.key
  JOIN officials ON officials.key = relatives.key
    AND coalesce(officials.from_date, recipients.paid_on) <= recipients.paid_on
    AND coalesce(officials.to_date, recipients.paid_on) >= recipients.paid_on
  GROUP BY recipients.row_id
),
-- What came back as a row of its own is put right.
back AS (
  SELECT benefit_payment.unit_id, benefit_payment.programme AS programme, md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, '')))) AS person_key, -sum(benefit_payment.amount) AS amount
  FROM benefit_payment
  WHERE benefit_payment.amount < 0 AND coalesce(benefit_payment.status, 'returned') <> 'failed'
  GROUP BY benefit_payment.unit_id, benefit_payment.programme, md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, ''))))
)
SELECT benefit_payment.unit_id, benefit_payment.programme, md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, '')))) AS person_key, max(benefit_payment.name) AS name,
  max(coalesce(met.post, '')) AS post, max(coalesce(met.employer, '')) AS employer,
  CAST(sum(benefit_payment.amount) AS DECIMAL(18, 2)) AS total, max(benefit_payment.currency) AS currency,
  max(benefit_payment.paid_on) AS last_paid_on, list_sort(list(benefit_payment.row_id)) AS benefit_payment_rows,
  list_sort(list(DISTINCT met.official_row) FILTER (WHERE met.official_row IS NOT NULL)) AS official_rows,
  list_sort(list(DISTINCT met.kinship_row) FILTER (WHERE met.kinship_row IS NOT NULL)) AS kinship_rows,
  list_sort(list(DISTINCT met.tie_row) FILTER (WHERE met.tie_row IS NOT NULL)) AS tie_rows
FROM benefit_payment
JOIN met ON met.row_id = benefit_payment.row_id
LEFT JOIN back ON back.unit_id = benefit_payment.unit_id AND back.programme IS NOT DISTINCT FROM benefit_payment.programme
  AND back.person_key = md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, ''))))
GROUP BY benefit_payment.unit_id, benefit_payment.programme, md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, ''))))
HAVING sum(benefit_payment.amount) > coalesce(max(back.amount), 0)
