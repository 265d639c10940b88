/*
id: buyer_is_seller_or_its_staff
title: {zh: 购买人就是商家或其员工, en: The buyers are the shop's owner or staff}
status: stable
role: lead
level: high
basis: []
why:
  zh: 老板、股东、员工（或用其手机号的亲友）在自家店里多次申领，可能没有真实销售，货仍在店里，只为领补贴。
  en: Owner, shareholders and staff, or kin with their phones, claim again and again in their own shop; the goods may never leave it.
not_when:
  zh: 员工自用、确已安装；购买时已离职；同名不同人。
  en: A purchase for their own home that was installed; they had left before; another person of the same name.
ask:
  zh: 付款账户流水和去向、送货安装记录、序列号现在在哪里，员工本人。
  en: Where the payment came from and went, delivery and installation, where the serial numbers are now, the employees themselves.
reads: [claim]
optional: [social_insurance, payroll, relation, organization, kinship, person]
population: {table: claim, where: "amount > 0 AND applicant_id_no IS NOT NULL AND (shop_id IS NOT NULL OR shop_name IS NOT NULL)"}
scope: all
params: {least_claims: 2, notice_days: 92, gone: "撤|退|不通过|未通过|驳回|拒|无效|作废|追回|取消|关闭|失败"}
lead: {unit: unit_id, subject: [shop], amount: total, currency: currency, on: last_on}
reason:
  zh: "{shop_name}的{people}名老板、员工（或用其手机号者）在本店申领{times}笔，补贴{total}。"
  en: "{people} owners or employees of {shop_name}, or people with their phones, made {times} claims there for {total}."
examples:
  - says: an owner, an owner's wife, an employee, and a relative with the employee's phone; the owner alone elsewhere; one who had left, and an employee's one purchase, are left alone
    given:
      relation:
        - {org_name: 甲店, org_credit_code: 91130999MA0000000A, holder_name: 王芳, holder_id_no: "330106198005060018", kind: shareholder}
      social_insurance:
        - &works {employer_name: 甲店, employer_credit_code: 91130999MA0000000A, name: 李强, id_no: "330106198005060034", phone: "13800000001", month: 2025-06-01}
        - {<<: *works, name: 赵敏, id_no: "330106198005060042", phone: "13800000002", month: 2025-01-01, to_date: 2025-01-31}
        - {<<: *works, employer_name: 丙店, employer_credit_code: 91130999MA0000000C, name: 周涛, id_no: "330106198005060077"}
      organization:
        - {name: 丁店, credit_code: 91130999MA0000000D, legal_person: 吴艳, legal_person_id_no: "330106198005060085"}
      kinship:
        - {name: 王芳, id_no: "330106198005060018", other_name: 钱军, other_id_no: "330106198005060093", kind: 夫妻}
      claim:
        - &sold {shop_id: 91130999MA0000000A, shop_name: 甲店, applicant: 王芳, applicant_id_no: "330106198005060018", phone: "13900000001", amount: 500.00, bought_on: 2025-03-01}
        - {<<: *sold, applicant: 李强, applicant_id_no: "330106198005060034"}
        - {<<: *sold, applicant: 孙丽, applicant_id_no: "330106198005060069", phone: "13800000001"}
        - {<<: *sold, applicant: 赵敏, applicant_id_no: "330106198005060042", phone: "13800000002"}
        - {<<: *sold, applicant: 李强, applicant_id_no: "330106198005060034", shop_id: 91130999MA0000000B, shop_name: 乙店}
        - &once {<<: *sold, applicant: 周涛, applicant_id_no: "330106198005060077", phone: "13900000009"}
        - {<<: *once, shop_id: 91130999MA0000000C, shop_name: 丙店}
        - {<<: *once, shop_id: 91130999MA0000000D, shop_name: 丁店, applicant: 吴艳, applicant_id_no: "330106198005060085"}
        - {<<: *once, applicant: 钱军, applicant_id_no: "330106198005060093"}
    expect:
      - {shop_name: 甲店, people: 4, times: 4, total: 2000.00, claim_rows: [1, 2, 3, 9], relation_rows: [1], social_insurance_rows: [1]}
      - {shop_name: 丁店, people: 1, claim_rows: [8], organization_rows: [1]}
*/
WITH sold AS (
  SELECT row_id, unit_id, coalesce(shop_id, shop_name) AS shop, shop_id, shop_name, applicant, upper(applicant_id_no) AS id_no, phone,
    amount, currency, coalesce(bought_on, CAST(bought_at AS DATE), paid_on) AS bought_on
  FROM claim
  WHERE amount > 0 AND NOT regexp_matches(coalesce(status, ''), $gone)
),
shops AS (
  SELECT shop_id AS shop_key, shop
  FROM sold
  WHERE length(shop_id) >= 8
  GROUP BY shop_id, shop
  UNION
  SELECT shop_name AS shop_key, shop
  FROM sold
  WHERE length(shop_name) >= 2
  GROUP BY shop_name, shop
),
owners AS (
  SELECT org_credit_code AS firm_code, org_name AS firm, upper(holder_id_no) AS id_no, holder_name AS name, phone,
    coalesce(from_date, DATE '1900-01-01') AS since, coalesce(to_date, DATE '9999-12-31') AS until, row_id AS tie_row, NULL AS org_row
  FROM relation
  UNION ALL
  SELECT credit_code AS firm_code, name AS firm, upper(legal_person_id_no) AS id_no, legal_person AS name, phone,
    coalesce(founded_on, DATE '1900-01-01') AS since, DATE '9999-12-31' AS until, NULL AS tie_row, row_id AS org_row
  FROM organization
),
-- Husband or wife of an owner, and who lives in the owner's household.
kin AS (
  SELECT upper(id_no) AS of_id_no, upper(other_id_no) AS id_no
  FROM kinship
  WHERE id_no IS NOT NULL AND other_id_no IS NOT NULL
  UNION
  SELECT upper(other_id_no) AS of_id_no, upper(id_no) AS id_no
  FROM kinship
  WHERE id_no IS NOT NULL AND other_id_no IS NOT NULL
  UNION
  SELECT upper(person.id_no) AS of_id_no, upper(member.id_no) AS id_no
  FROM person
  JOIN owners ON owners.id_no = upper(person.id_no)
  JOIN person AS member ON member.household_no = person.household_no AND member.id_no <> person.id_no
),
known AS (
  SELECT employer_credit_code AS firm_code, employer_name AS firm, upper(id_no) AS id_no, name, phone,
    coalesce(from_date, DATE '1900-01-01') AS since, coalesce(to_date, DATE '9999-12-31') AS until, false AS is_owner,
    row_id AS insured_row, NULL AS wage_row, NULL AS tie_row, NULL AS org_row
  FROM social_insurance
  UNION ALL
  SELECT unit_id AS firm_code, unit_name AS firm, upper(id_no) AS id_no, name, phone, month - INTERVAL 1 DAY * $notice_days AS since,
    month + INTERVAL 1 DAY * $notice_days AS until, false AS is_owner, NULL AS insured_row, row_id AS wage_row, NULL AS tie_row, NULL AS org_row
  FROM payroll
  UNION ALL
  SELECT firm_code, firm, id_no, name, phone, since, until, true AS is_owner, NULL AS insured_row, NULL AS wage_row, tie_row, org_row
  FROM owners
  UNION ALL
  SELECT owners.firm_code, owners.firm, kin.id_no, owners.name, NULL AS phone, owners.since, owners.until, false AS is_owner, NULL AS insured_row,
    NULL AS wage_row, owners.tie_row, owners.org_row
  FROM owners
  JOIN kin ON kin.of_id_no = owners.id_no
),
insiders AS (
  SELECT shops.shop, known.id_no, known.name, known.phone, known.since, known.until, known.is_owner, known.insured_row, known.wage_row,
    known.tie_row, known.org_row
  FROM known
  JOIN shops ON shops.shop_key = known.firm_code
  UNION
  SELECT shops.shop, known.id_no, known.name, known.phone, known.since, known.until, known.is_owner, known.insured_row, known.wage_row,
    known.tie_row, known.org_row
  FROM known
  JOIN shops ON shops.shop_key = known.firm
),
-- By the number; by the phone; and by the name alone only where the shop's list has no number.
met AS (
  SELECT sold.row_id, insiders.is_owner, insiders.insured_row, insiders.wage_row, insiders.tie_row, insiders.org_row
  FROM sold
  JOIN insiders ON insiders.shop = sold.shop AND insiders.id_no = sold.id_no
  WHERE length(sold.id_no) >= 15 AND sold.bought_on BETWEEN insiders.since AND insiders.until
  UNION
  SELECT sold.row_id, false AS is_owner, insiders.insured_row, insiders.wage_row, insiders.tie_row, insiders.org_row
  FROM sold
  JOIN insiders ON insiders.shop = sold.shop AND insiders.phone = sold.phone
  WHERE length(sold.phone) >= 7 AND sold.bought_on BETWEEN insiders.since AND insiders.until
  UNION
  SELECT sold.row_id, insiders.is_owner, insiders.insured_row, insiders.wage_row, insiders.tie_row, insiders.org_row
  FROM sold
  JOIN insiders ON insiders.shop = sold.shop AND insiders.name = sold.applicant
  WHERE insiders.id_no IS NULL AND sold.bought_on BETWEEN insiders.since AND insiders.until
),
once AS (
  SELECT row_id, bool_or(is_owner) AS is_owner, min(insured_row) AS insured_row, min(wage_row) AS wage_row, min(tie_row) AS tie_row,
    min(org_row) AS org_row
  FROM met
  GROUP BY row_id
)
SELECT sold.unit_id, sold.shop, max(coalesce(sold.shop_name, sold.shop)) AS shop_name, sold.currency, count(*) AS times,
  count(DISTINCT coalesce(sold.id_no, sold.applicant)) AS people, CAST(sum(sold.amount) AS DECIMAL(18, 2)) AS total,
  max(sold.bought_on) AS last_on, list_sort(list(sold.row_id)) AS claim_rows,
  list_sort(list(DISTINCT once.insured_row) FILTER (WHERE once.insured_row IS NOT NULL)) AS social_insurance_rows,
  list_sort(list(DISTINCT once.wage_row) FILTER (WHERE once.wage_row IS NOT NULL)) AS payroll_rows,
  list_sort(list(DISTINCT once.tie_row) FILTER (WHERE once.tie_row IS NOT NULL)) AS relation_rows,
  list_sort(list(DISTINCT once.org_row) FILTER (WHERE once.org_row IS NOT NULL)) AS organization_rows
FROM sold
JOIN once ON once.row_id = sold.row_id
GROUP BY sold.unit_id, sold.shop, sold.currency
-- One purchase by an employee is an ordinary one; one by the owner is not.
HAVING count(*) >= $least_claims OR bool_or(once.is_owner)
