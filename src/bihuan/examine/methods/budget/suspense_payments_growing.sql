/*
id: suspense_payments_growing
title: {zh: 暂付款逐年增长, en: Suspense payments keep growing}
status: stable
role: lead
level: medium
basis: [accounting]
why:
  zh: 暂付、其他应收款余额持续增加，说明支出以垫付、借出的形式体外循环，长期不列预算。
  en: Receivables and suspense payments that keep growing mean that spending goes on outside the budget as advances.
not_when:
  zh: 年内集中垫付并有明确归还来源；新增业务的正常周转。
  en: Advances of this year with a known source of repayment; working capital of a new task.
ask:
  zh: 暂付款分户明细、批准文件、清理计划。
  en: The balances by debtor, the approvals, the plan to clear them.
reads: [account_balance]
population: {table: account_balance, where: "(regexp_matches(account_code, '^(1214|1218|1221|1231)') OR regexp_matches(coalesce(account_name, ''), '暂付|借出款|预拨经费|与下级往来')) AND aux_code IS NULL"}
scope: all
params: {least_growth_share: 0.3, least_growth: 100000, tolerated_dips: 1}
lead: {unit: unit_id, subject: [book_id, account_code], amount: growth, currency: currency, on: last_end}
reason:
  zh: "{account_code}{account_name}余额由{first_closing}（{first_end}）增至{last_closing}（{last_end}），增加{growth}，{ends}个期末中只有{dips}个回落。"
  en: "The balance of {account_code} {account_name} rose from {first_closing} ({first_end}) to {last_closing} ({last_end}), by {growth}; it fell at {dips} of {ends} period ends."
examples:
  - says: growing at each period end; one that goes up and down and a small one are left alone
    given:
      account_balance:
        - &end {unit_id: U1, book_id: "001", fiscal_year: 2024, period: 3, period_end: 2024-03-31, account_code: "1218", account_name: 其他应收款, closing: 500000.00, currency: CNY}
        - {<<: *end, period: 6, period_end: 2024-06-30, closing: 700000.00}
        - {<<: *end, period: 9, period_end: 2024-09-30, closing: 900000.00}
        - {<<: *end, period: 12, period_end: 2024-12-31, closing: 1300000.00}
        - {<<: *end, unit_id: U2}
        - {<<: *end, unit_id: U2, period: 6, period_end: 2024-06-30, closing: 200000.00}
        - {<<: *end, unit_id: U2, period: 9, period_end: 2024-09-30, closing: 900000.00}
        - {<<: *end, unit_id: U2, period: 12, period_end: 2024-12-31, closing: 400000.00}
    expect:
      - {unit_id: U1, account_code: "1218", growth: 800000.00, account_balance_rows: [1, 2, 3, 4]}
  - says: the finance office's own advances, at the ends of three years
    given:
      account_balance:
        - &lent {unit_id: U1, book_id: "001", fiscal_year: 2022, period: 12, period_end: 2022-12-31, account_code: "1021", account_name: 借出款项, closing: 4000000.00, currency: CNY}
        - {<<: *lent, fiscal_year: 2023, period_end: 2023-12-31, closing: 5000000.00}
        - {<<: *lent, fiscal_year: 2024, period_end: 2024-12-31, closing: 6500000.00}
    expect:
      - {unit_id: U1, account_code: "1021", growth: 2500000.00, account_balance_rows: [1, 2, 3]}
  - says: one large sum that stands is no growth; of many months the ends of quarters, the first and the last are shown
    given:
      account_balance:
        - &month {unit_id: U1, book_id: "001", fiscal_year: 2024, period: 2, period_end: 2024-02-29, account_code: "1218", account_name: 其他应收款, closing: 100000.00, currency: CNY}
        - {<<: *month, period: 3, period_end: 2024-03-31, closing: 190000.00}
        - {<<: *month, period: 4, period_end: 2024-04-30, closing: 250000.00}
        - {<<: *month, period: 5, period_end: 2024-05-31, closing: 300000.00}
        - {<<: *month, unit_id: U2}
        - {<<: *month, unit_id: U2, period: 3, period_end: 2024-03-31, closing: 400000.00}
        - {<<: *month, unit_id: U2, period: 4, period_end: 2024-04-30, closing: 400000.00}
        - {<<: *month, unit_id: U2, period: 5, period_end: 2024-05-31, closing: 400000.00}
    expect:
      - {unit_id: U1, account_code: "1218", growth: 200000.00, account_balance_rows: [1, 2, 4]}
*/
WITH ends AS (
  SELECT row_id, unit_id, book_id, period, account_code, account_name, currency, period_end, closing,
    lag(closing) OVER (PARTITION BY unit_id, book_id, account_code, currency ORDER BY period_end, row_id
      ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS closing_before
  FROM account_balance
  -- The general budget's own accounts go by names: their codes mean other things in other charts.
  WHERE (regexp_matches(account_code, '^(1214|1218|1221|1231)')
      OR regexp_matches(coalesce(account_name, ''), '暂付|借出款|预拨经费|与下级往来')) AND aux_code IS NULL AND closing IS NOT NULL
    AND period_end IS NOT NULL
),
courses AS (
  SELECT unit_id, coalesce(book_id, '') AS book_id, account_code, currency, max(coalesce(account_name, '')) AS account_name,
    count(*) AS ends, count(*) FILTER (WHERE closing < closing_before) AS dips, count(*) FILTER (WHERE closing > closing_before) AS rises, min(period_end) AS first_end, max(period_end) AS last_end,
    arg_min(closing, period_end) AS first_closing, arg_max(closing, period_end) AS last_closing
  FROM ends
  GROUP BY unit_id, coalesce(book_id, ''), account_code, currency
),
growing AS (
  SELECT unit_id, book_id, account_code, account_name, currency, ends, dips, first_end, last_end, first_closing, last_closing
  FROM courses AS course
  WHERE ends >= 3 AND dips <= $tolerated_dips AND dips * 4 <= ends AND first_closing >= 0
    -- One sum that was lent and stands is no growth: it must rise again and again.
    AND rises >= 2 AND rises * 3 >= ends - 1
    AND last_closing - first_closing >= $least_growth
    AND last_closing - first_closing >= $least_growth_share * greatest(first_closing, 1)
    AND NOT EXISTS (
      SELECT below.account_code FROM courses AS below
      WHERE below.unit_id = course.unit_id AND below.book_id = course.book_id AND below.account_code <> course.account_code
        AND starts_with(below.account_code, course.account_code)
        AND below.last_closing - below.first_closing >= $least_growth
    )
),
-- Two years of months would be a long list: the ends of quarters, the first and the last show the course.
shown AS (
  SELECT growing.unit_id, growing.book_id, growing.account_code, growing.currency,
    list_sort(list(ends.row_id)) AS account_balance_rows
  FROM growing
  JOIN ends ON ends.unit_id = growing.unit_id AND coalesce(ends.book_id, '') = growing.book_id
    AND ends.account_code = growing.account_code AND ends.currency IS NOT DISTINCT FROM growing.currency
  WHERE ends.period % 3 = 0 OR ends.period_end IN (growing.first_end, growing.last_end)
  GROUP BY growing.unit_id, growing.book_id, growing.account_code, growing.currency
)
SELECT growing.unit_id, growing.book_id, growing.account_code, growing.account_name, growing.currency, growing.ends,
  growing.dips, growing.first_end, growing.last_end,
  CAST(growing.first_closing AS DECIMAL(18, 2)) AS first_closing,
  CAST(growing.last_closing AS DECIMAL(18, 2)) AS last_closing,
  CAST(growing.last_closing - growing.first_closing AS DECIMAL(18, 2)) AS growth, shown.account_balance_rows
FROM growing
JOIN shown ON shown.unit_id = growing.unit_id AND shown.book_id = growing.book_id
  AND shown.account_code = growing.account_code AND shown.currency IS NOT DISTINCT FROM growing.currency
