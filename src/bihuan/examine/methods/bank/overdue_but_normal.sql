/*
id: overdue_but_normal
title: {zh: 逾期超过90天的贷款仍列正常或关注, en: A loan more than 90 days overdue is still graded as sound}
status: stable
role: lead
level: high
basis: [bank-class]
why:
  zh: 本金到期未还或利息停付超过规定日数，五级分类仍为正常、关注，不良贷款被少报，拨备和资本充足率不实。
  en: Principal or interest has not been paid for more days than allowed and the loan still counts as sound; bad loans are under-reported, and so are provisions and the need for capital.
not_when:
  zh: 已依规展期、续贷；已核销、已转让；系统逾期天数有误；利随本清未到期。
  en: Extended or renewed by the rules; written off or sold; an error in the count of days; interest that falls due with the principal.
ask:
  zh: 还本付息记录、展期审批、分类认定底稿和调整记录、拨备计提。
  en: The record of payments, the approval of an extension, the working papers of grading and its changes, the provision made.
reads: [loan]
optional: [repayment]
population: {table: loan, where: "balance > 0"}
max_share: 0.3
scope: all
params: {silent_share: 0.05, silent_days: 60, least_loans: 20, sound: "正常|关注|^0?[12]$|pass|special", month: "月|等额", quarter: "季"}
lead: {unit: unit_id, subject: [loan_id], amount: balance, currency: currency, on: reported_on}
reason:
  zh: "{customer_name}贷款{loan_id}余额{balance}，到期日{due_on}，截至{reported_on}已逾期{days}天（台账逾期天数{stated_days}），五级分类仍为“{grade}”。"
  en: "Loan {loan_id} of {customer_name}, {balance} outstanding and due on {due_on}, was {days} days overdue on {reported_on} (stated: {stated_days}), and is still graded “{grade}”."
examples:
  - says: by the stated days, by the day due, by interest that stopped; well graded, extended, 85 days, repaid, a later list that grades it well and interest not yet due are left alone
    given:
      loan:
        - &loan {loan_id: L1, customer_name: 甲, amount: 100.00, balance: 100.00, from_date: 2024-05-30, to_date: 2025-05-30, class: 正常, overdue_days: 215, reported_on: 2025-12-31}
        - {<<: *loan, loan_id: L2, overdue_days: 0, class: "02"}
        - {<<: *loan, loan_id: L3, to_date: 2026-11-30, overdue_days: 0, repay_plan: 按月付息到期还本}
        - {<<: *loan, loan_id: L4, class: 次级}
        - {<<: *loan, loan_id: L5, extended_to: 2026-05-30, overdue_days: 0}
        - {<<: *loan, loan_id: L6, to_date: 2025-10-07, overdue_days: 85}
        - {<<: *loan, loan_id: L7, balance: 0.00}
        - {<<: *loan, loan_id: L8, reported_on: 2025-09-30, overdue_days: 123}
        - {<<: *loan, loan_id: L8, class: 可疑}
        - {<<: *loan, loan_id: L9, to_date: 2026-11-30, overdue_days: 0, repay_plan: 利随本清}
        - {<<: *loan, loan_id: LA, to_date: 2026-11-30, overdue_days: 0, repay_plan: 按月付息到期还本}
      repayment:
        - {loan_id: L3, unit_id: 另一个名称, paid_on: 2025-05-21, interest: 1.00}
        - {loan_id: LA, paid_on: 2025-12-21, interest: 1.00}
        - {loan_id: L9, paid_on: 2025-02-21, interest: 1.00}
    expect:
      - {loan_id: L1, days: 215, loan_rows: [1]}
      - {loan_id: L2, days: 215, loan_rows: [2]}
      - {loan_id: L3, days: 193, loan_rows: [3]}
*/
WITH noted AS (
  SELECT row_id, unit_id, loan_id, customer_name, balance, currency, from_date, greatest(to_date, coalesce(extended_to, to_date)) AS due_on,
    coalesce(class, '') AS grade, coalesce(overdue_days, 0) AS stated_days, coalesce(repay_plan, '') AS repay_plan, reported_on,
    row_number() OVER (PARTITION BY unit_id, loan_id ORDER BY reported_on DESC NULLS LAST, row_id DESC) AS newest
  FROM loan
),
-- A list of repayments often names no bank: a loan's number that only one bank uses is enough.
numbers AS (
  SELECT loan_id, min(unit_id) AS only_unit
  FROM loan
  GROUP BY loan_id
  HAVING count(DISTINCT unit_id) = 1
),
paid AS (
  SELECT coalesce(numbers.only_unit, repayment.unit_id) AS unit_id, repayment.loan_id, repayment.paid_on
  FROM repayment
  LEFT JOIN numbers ON numbers.loan_id = repayment.loan_id
),
repaid AS (
  SELECT unit_id, loan_id, max(paid_on) AS last_paid_on
  FROM paid
  GROUP BY unit_id, loan_id
),
-- The bank's repayments must reach to the day of the list before silence says anything.
books AS (
  SELECT unit_id, min(paid_on) AS books_from, max(paid_on) AS books_until
  FROM paid
  GROUP BY unit_id
),
loans AS (
  SELECT noted.row_id, noted.unit_id, noted.loan_id, noted.customer_name, noted.balance, noted.currency, noted.from_date, noted.due_on, noted.grade,
    noted.stated_days, coalesce(noted.reported_on, books.books_until) AS reported_on,
    CASE WHEN regexp_matches(noted.repay_plan, $quarter) THEN 92 WHEN regexp_matches(noted.repay_plan, $month) THEN 31 END AS every_days,
    CASE WHEN books.books_until + INTERVAL 31 DAY >= coalesce(noted.reported_on, books.books_until)
      THEN greatest(noted.from_date, coalesce(repaid.last_paid_on, books.books_from)) END AS paid_until
  FROM noted
  LEFT JOIN books ON books.unit_id = noted.unit_id
  LEFT JOIN repaid ON repaid.unit_id = noted.unit_id AND repaid.loan_id = noted.loan_id
  WHERE noted.newest = 1 AND noted.balance > 0 AND regexp_matches(lower(noted.grade), $sound)
),
stopped AS (
  SELECT row_id, unit_id, date_diff('day', paid_until, reported_on) - every_days AS days
  FROM loans
  WHERE reported_on IS NOT NULL AND every_days IS NOT NULL AND paid_until IS NOT NULL
),
-- Where many loans are silent the list of repayments is not whole, and its silence says nothing.
whole AS (
  SELECT unit_id
  FROM stopped
  GROUP BY unit_id
  HAVING count(*) < $least_loans OR count(*) FILTER (WHERE days > $silent_days) <= $silent_share * count(*)
),
silent AS (
  SELECT stopped.row_id, stopped.days
  FROM stopped
  JOIN whole ON whole.unit_id = stopped.unit_id
),
late AS (
  SELECT loans.row_id, loans.unit_id, loans.loan_id, loans.customer_name, loans.balance, loans.currency, loans.due_on, loans.grade, loans.stated_days, loans.reported_on,
    greatest(CASE WHEN loans.due_on >= loans.reported_on THEN loans.stated_days
      ELSE greatest(loans.stated_days, date_diff('day', loans.due_on, loans.reported_on)) END, coalesce(silent.days, 0)) AS days
  FROM loans
  LEFT JOIN silent ON silent.row_id = loans.row_id
  WHERE loans.reported_on IS NOT NULL
)
SELECT late.unit_id, late.loan_id, max(late.customer_name) AS customer_name, max(late.balance) AS balance, max(late.currency) AS currency,
  max(late.due_on) AS due_on, max(late.grade) AS grade, max(late.stated_days) AS stated_days, max(late.days) AS days,
  max(late.reported_on) AS reported_on, list_sort(list(DISTINCT late.row_id)) AS loan_rows
FROM late
JOIN unit_parameter AS allowed ON allowed.unit_id = late.unit_id AND allowed.name = 'overdue_days_normal'
  AND allowed.valid_from <= late.reported_on AND (allowed.valid_to IS NULL OR late.reported_on < allowed.valid_to)
WHERE late.days > CAST(allowed.value AS INTEGER)
GROUP BY late.unit_id, late.loan_id
