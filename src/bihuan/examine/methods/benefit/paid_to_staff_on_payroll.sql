/*
id: paid_to_staff_on_payroll
title: {zh: 财政供养人员领取困难群众补贴, en: Staff on the public payroll drew a benefit for the needy}
status: stable
role: lead
level: high
basis: []
why:
  zh: 财政供养人员有稳定工资或退休金，一般不符合低保、特困、临时救助、城乡居民养老金等条件，却同时领取。
  en: Those on the public payroll have a wage or a pension and hardly fit the conditions of relief or of the residents' pension, yet drew it too.
not_when:
  zh: 因重大疾病等经审批的临时救助；公益性岗位、村干部误作财政供养；同名或号码有误。
  en: Approved emergency relief for grave illness; public-welfare posts and village cadres taken for staff; a wrong number.
ask:
  zh: 救助申请和审批表、家庭经济状况核对报告、工资表。
  en: The application and its approval, the check of the household's means, the pay slips.
reads: [benefit_payment, payroll]
optional: [entity_of]
population: {table: benefit_payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid'"}
scope: lookback
params: {programmes: "低保|最低生活|特困|五保|临时救助|困难|廉租|公租|失业|居民.{0,6}养老金|居民.{0,4}养老保险待遇", window_days: 62, not_staff: "公益性岗位|临时|劳务|遗属"}
lead: {unit: unit_id, subject: [programme, person_key], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "{name}在{employer}领取工资期间领取“{programme}”{times}笔共{total}。"
  en: "{name} was paid a wage by {employer} and drew “{programme}” {times} times, {total} in all."
examples:
  - says: a teacher who draws relief, a pensioner of a unit who draws the residents' pension; land subsidies, earlier years, and those not on the payroll are left alone
    given:
      payroll:
        - &pay {unit_id: U9, unit_name: 第一小学, name: 王芳, id_no: "330106198005060018", month: 2024-03-01, net: 6000.00}
        - {<<: *pay, name: 李强, id_no: "330106198005060034", staffing: 公益性岗位}
        - {<<: *pay, name: 钱一, id_no: "330106195005060017", staffing: 退休}
      benefit_payment:
        - &paid {programme: 农村低保, name: 王芳, id_no: "330106198005060018", amount: 500.00, month: 2024-03-01, paid_on: 2024-03-05}
        - {<<: *paid, programme: 耕地地力保护补贴}
        - {<<: *paid, month: 2020-03-01, paid_on: 2020-03-05}
        - {<<: *paid, name: 李强, id_no: "330106198005060034"}
        - {<<: *paid, name: 赵云, id_no: "330106198005060050"}
        - {<<: *paid, name: 钱一, id_no: "330106195005060017", programme: 城乡居民基本养老金}
        - {<<: *paid, name: 钱一, id_no: "330106195005060017", programme: 城乡居民养老丧葬补助金}
    expect:
      - {programme: 城乡居民基本养老金, name: 钱一, total: 500.00, benefit_payment_rows: [6], payroll_rows: [3]}
      - {programme: 农村低保, name: 王芳, employer: 第一小学, total: 500.00, benefit_payment_rows: [1], payroll_rows: [1]}
*/
WITH staff AS (
  SELECT payroll.row_id, payroll.month, payroll.unit_name, payroll.unit_id, 'n' || payroll.id_no AS key
  FROM payroll
  WHERE length(payroll.id_no) >= 15 AND NOT regexp_matches(coalesce(payroll.staffing, ''), $not_staff)
  UNION ALL
  SELECT payroll.row_id, payroll.month, payroll.unit_name, payroll.unit_id, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM payroll
  JOIN entity_of ON entity_of.in_table = 'payroll' AND entity_of.in_row = payroll.row_id AND entity_of.role = 'employee'
  WHERE NOT regexp_matches(coalesce(payroll.staffing, ''), $not_staff)
),
recipients AS (
  SELECT benefit_payment.row_id, benefit_payment.month, benefit_payment.paid_on, 'n' || benefit_payment.id_no AS key
  FROM benefit_payment
  WHERE length(benefit_payment.id_no) >= 15 AND benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid' AND regexp_matches(coalesce(benefit_payment.programme, ''), $programmes)
  UNION ALL
  SELECT benefit_payment.row_id, benefit_payment.month, benefit_payment.paid_on, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM benefit_payment
  JOIN entity_of ON entity_of.in_table = 'benefit_payment' AND entity_of.in_row = benefit_payment.row_id AND entity_of.role = 'payee'
  WHERE benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid' AND regexp_matches(coalesce(benefit_payment.programme, ''), $programmes)
),
met AS (
  SELECT recipients.row_id, max(coalesce(staff.unit_name, staff.unit_id)) AS employer, min(staff.row_id) AS payroll_row
  FROM recipients
  JOIN staff ON staff.key = recipients.key
    AND staff.month <= coalesce(recipients.month, recipients.paid_on)
    AND staff.month >= coalesce(recipients.month, recipients.paid_on) - INTERVAL 1 DAY * $window_days
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
  max(met.employer) AS employer, count(*) AS times, CAST(sum(benefit_payment.amount) AS DECIMAL(18, 2)) AS total,
  max(benefit_payment.currency) AS currency, max(benefit_payment.paid_on) AS last_paid_on,
  list_sort(list(benefit_payment.row_id)) AS benefit_payment_rows,
  list_sort(list(DISTINCT met.payroll_row) FILTER (WHERE met.payroll_row IS NOT NULL)) AS payroll_rows
FROM benefit_payment
JOIN met ON met.row_id = benefit_payment.row_id
LEFT JOIN back ON back.unit_id = benefit_payment.unit_id AND back.programme IS NOT DISTINCT FROM benefit_payment.programme
  AND back.person_key = md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, ''))))
GROUP BY benefit_payment.unit_id, benefit_payment.programme, md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, ''))))
HAVING sum(benefit_payment.amount) > coalesce(max(back.amount), 0)
