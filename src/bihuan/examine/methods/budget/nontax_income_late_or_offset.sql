/*
id: nontax_income_late_or_offset
title: {zh: 非税收入未及时足额上缴, en: Non-tax income was turned in late or not at all}
status: stable
role: lead
level: high
basis: [budget-13]
why:
  zh: 执收单位收到的非税收入应按期缴入国库或财政专户。迟缴、不缴可能被截留、坐支。
  en: Income collected by a unit goes to the treasury in time. What is late or missing may be kept back or spent directly.
not_when:
  zh: 缴款人尚未缴款；电子缴库直达国库；待结算的退付。
  en: The payer has not paid yet; it went straight to the treasury; a refund is pending.
ask:
  zh: 收入过渡户或银行账户流水、缴库凭证、未缴原因。
  en: Statements of the collecting account, slips of turning in, why it is missing.
reads: [nontax_income, unit_parameter]
population: {table: nontax_income, where: "coalesce(status, 'paid') = 'paid' OR status = 'void' AND paid_on IS NOT NULL"}
scope: all
params: {least_amount: 1000, anew_days: 31}
lead: {unit: unit_id, subject: [item, billed_year], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "{billed_year}年“{item}”收入{times}笔共{total}，超过{days_allowed}天才缴库，或至{as_of}仍未缴库，或收款后作废票据（未缴{missing}）。"
  en: "{times} receipts of {total} for “{item}” in {billed_year} were turned in after more than {days_allowed} days, or not at all by {as_of}, or their receipts made void when paid ({missing} missing)."
examples:
  - says: fifty days late, and never; in time, void and not yet due are left alone
    given:
      unit_parameter:
        - {unit_id: U1, name: nontax_days, valid_from: 2015-01-01, value: "10"}
      nontax_income:
        - &bill {unit_id: U1, item: 场地租金, bill_no: "1", amount: 20000.00, billed_on: 2025-03-01, paid_on: 2025-03-01, turned_in_on: 2025-04-20, status: paid, currency: CNY}
        - {<<: *bill, bill_no: "2", turned_in_on: null}
        - {<<: *bill, bill_no: "3", turned_in_on: 2025-03-05}
        - {<<: *bill, bill_no: "4", turned_in_on: null, paid_on: null, status: void}
        - {<<: *bill, bill_no: "5", item: 考试费, billed_on: 2025-06-28, paid_on: 2025-06-28, turned_in_on: null}
        - {<<: *bill, bill_no: "6", item: 考试费, billed_on: 2025-06-30, paid_on: 2025-06-30, turned_in_on: 2025-06-30}
        # paid and then made void; written anew
        - {<<: *bill, bill_no: "7", item: 检测费, payer_name: 甲, amount: 1800.00, turned_in_on: null, status: void}
        - {<<: *bill, bill_no: "8", item: 检测费, payer_name: 乙, amount: 1900.00, turned_in_on: null, status: void}
        - {<<: *bill, bill_no: "9", item: 检测费, payer_name: 乙, amount: 1900.00, billed_on: 2025-03-03, turned_in_on: 2025-03-05}
    expect:
      - {unit_id: U1, item: 场地租金, times: 2, total: 40000.00, missing: 20000.00, nontax_income_rows: [1, 2]}
      - {unit_id: U1, item: 检测费, total: 1800.00, missing: 1800.00, nontax_income_rows: [7]}
*/
WITH books AS (
  SELECT unit_id, max(greatest(billed_on, coalesce(paid_on, billed_on), coalesce(turned_in_on, billed_on))) AS as_of,
    count(turned_in_on) AS turned_in
  FROM nontax_income
  GROUP BY unit_id
),
-- A void receipt that was written anew: the same payer and sum, with another number, within days.
written_anew AS (
  SELECT void.row_id
  FROM nontax_income AS void
  JOIN nontax_income AS anew ON anew.unit_id = void.unit_id AND anew.amount = void.amount AND anew.payer_name = void.payer_name
    AND coalesce(anew.status, 'paid') = 'paid' AND abs(date_diff('day', void.billed_on, anew.billed_on)) <= $anew_days
  WHERE void.status = 'void' AND void.paid_on IS NOT NULL
  GROUP BY void.row_id
),
late AS (
  SELECT income.row_id, income.unit_id, coalesce(income.item, income.item_code, '') AS item, income.amount, income.currency,
    coalesce(income.paid_on, income.billed_on) AS paid_on, income.turned_in_on, books.as_of, rule.value AS days_allowed,
    extract(year FROM income.billed_on) AS billed_year
  FROM nontax_income AS income
  JOIN books ON books.unit_id = income.unit_id AND books.turned_in > 0
  JOIN unit_parameter AS rule ON rule.unit_id = income.unit_id AND rule.name = 'nontax_days'
    AND income.billed_on >= rule.valid_from AND income.billed_on < coalesce(rule.valid_to, DATE '9999-12-31')
  ANTI JOIN written_anew ON written_anew.row_id = income.row_id
  WHERE (coalesce(income.status, 'paid') = 'paid' OR income.status = 'void' AND income.paid_on IS NOT NULL) AND income.amount > 0
    AND date_diff('day', coalesce(income.paid_on, income.billed_on), coalesce(income.turned_in_on, books.as_of)) > CAST(rule.value AS INTEGER)
)
SELECT unit_id, item, billed_year, currency, days_allowed, as_of, count(*) AS times,
  CAST(sum(amount) AS DECIMAL(18, 2)) AS total,
  CAST(coalesce(sum(amount) FILTER (WHERE turned_in_on IS NULL), 0) AS DECIMAL(18, 2)) AS missing,
  max(paid_on) AS last_paid_on, list_sort(list(row_id)) AS nontax_income_rows
FROM late
GROUP BY unit_id, item, billed_year, currency, days_allowed, as_of
HAVING sum(amount) >= $least_amount
