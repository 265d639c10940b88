/*
id: period_end_rush
title: {zh: 年末突击花钱, en: Spending rushes in December}
status: stable
role: lead
level: low
basis: [isa240]
why:
  zh: 12月支出占全年比例明显高于本单位往年和同类单位，多为赶在年底花掉预算、虚列或提前支付。
  en: A December share far above the unit's own past and its peers means spending for the sake of the budget, or before it is due.
not_when:
  zh: 年终奖、年底集中结算、项目年底验收、财政年底才下达指标；数据不足十个月的不判断；结转凭证不计。
  en: Bonuses, settlement and acceptance at year-end, budgets granted late; fewer than ten months of data; closing entries.
ask:
  zh: 12月大额支出的合同、验收和付款依据，指标下达时间，次年初有无退回或未使用。
  en: Contracts, acceptance and grounds of the large December payments, when the budget came, and what was returned in January.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') = 'valid'"}
scope: all
params: {least_months: 10, times_others: 1.5, least_peers: 3, times_month: 2}
lead:
  unit: unit_id
  subject: [book_id, side, fiscal_year, currency]
  amount: excess
  currency: currency
  on: last_day
reason:
  zh: "{fiscal_year}年12月支出{december}，占全年{percent}%（本单位其他年度{own_percent}%，其他单位中位数{peer_percent}%），超出各月平均{excess}。"
  en: "December {fiscal_year}: {december} spent, {percent} % of the year (own other years {own_percent} %, median of peers {peer_percent} %), {excess} above an average month."
examples:
  - says: half of the year's spending falls in December; even spending, closing entries and a void voucher do not count
    given:
      journal_line:
        - &line {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 1, voucher_no: "1", voucher_date: 2025-01-20, account_code: "500101", account_name: 业务活动费用, debit: 100.00, credit: 0.00, side: financial}
        - {<<: *line, period: 2, voucher_date: 2025-02-20}
        - {<<: *line, period: 3, voucher_date: 2025-03-20}
        - {<<: *line, period: 4, voucher_date: 2025-04-20}
        - {<<: *line, period: 5, voucher_date: 2025-05-20}
        - {<<: *line, period: 6, voucher_date: 2025-06-20}
        - {<<: *line, period: 7, voucher_date: 2025-07-20}
        - {<<: *line, period: 8, voucher_date: 2025-08-20}
        - {<<: *line, period: 9, voucher_date: 2025-09-20}
        - {<<: *line, period: 12, voucher_date: 2025-12-20, debit: 900.00}
        - {<<: *line, period: 12, voucher_date: 2025-12-31, debit: 0.00, credit: 1800.00, description: 结转本年费用}
        - {<<: *line, period: 12, voucher_date: 2025-12-31, debit: 5000.00, status: void}
        - &even {unit_id: U2, book_id: "001", fiscal_year: 2025, period: 1, voucher_no: "1", voucher_date: 2025-01-20, account_code: "500101", account_name: 业务活动费用, debit: 100.00, credit: 0.00, side: financial}
        - {<<: *even, period: 2, voucher_date: 2025-02-20}
        - {<<: *even, period: 3, voucher_date: 2025-03-20}
        - {<<: *even, period: 4, voucher_date: 2025-04-20}
        - {<<: *even, period: 5, voucher_date: 2025-05-20}
        - {<<: *even, period: 6, voucher_date: 2025-06-20}
        - {<<: *even, period: 7, voucher_date: 2025-07-20}
        - {<<: *even, period: 8, voucher_date: 2025-08-20}
        - {<<: *even, period: 9, voucher_date: 2025-09-20}
        - {<<: *even, period: 12, voucher_date: 2025-12-20, debit: 150.00}
        - {<<: *even, period: 12, voucher_date: 2025-12-20, account_code: "1601", account_name: 固定资产, debit: 9000.00}
    expect:
      - {unit_id: U1, fiscal_year: 2025, side: financial, december: 900.00, excess: 800.00, percent: 50.0}
*/
WITH account_months AS (
  SELECT unit_id, book_id, side, fiscal_year, period, currency, account_code, account_name,
    sum(coalesce(debit, 0) - coalesce(credit, 0)) AS net, max(voucher_date) AS last_day
  FROM journal_line
  WHERE coalesce(status, 'valid') = 'valid' AND NOT coalesce(is_closing, false)
    AND coalesce(description, '') NOT LIKE '%结转%' AND period BETWEEN 1 AND 12
  GROUP BY unit_id, book_id, side, fiscal_year, period, currency, account_code, account_name
),
expense_accounts AS (
  SELECT account_code, account_name, side
  FROM (SELECT account_code, account_name, side FROM account_months GROUP BY account_code, account_name, side) AS used
  WHERE (regexp_matches(coalesce(account_name, ''), '费用|支出|成本|[Ee]xpense|[Cc]ost')
      AND NOT regexp_matches(coalesce(account_name, ''), '累计|待摊|应付|应收|预付|预收'))
    OR (regexp_matches(account_code, '^(5[0-9]|7[0-9])') AND NOT regexp_matches(coalesce(account_name, ''), '收入'))
    OR (regexp_matches(account_code, '^(64|66|67)') AND side IS DISTINCT FROM 'budgetary'
      AND NOT regexp_matches(coalesce(account_name, ''), '收入|[Ii]ncome|[Rr]evenue'))
),
expense_months AS (
  SELECT month.unit_id, month.book_id, coalesce(month.side, '') AS side, month.fiscal_year, month.period, month.currency,
    sum(month.net) AS spent, max(month.last_day) AS last_day
  FROM account_months AS month
  SEMI JOIN expense_accounts AS expense ON expense.account_code = month.account_code
    AND expense.account_name IS NOT DISTINCT FROM month.account_name
    AND expense.side IS NOT DISTINCT FROM month.side
  GROUP BY month.unit_id, month.book_id, coalesce(month.side, ''), month.fiscal_year, month.period, month.currency
),
expense_years AS (
  SELECT unit_id, book_id, side, fiscal_year, currency, sum(spent) AS year_spent, count(*) AS months,
    coalesce(sum(spent) FILTER (WHERE period = 12), 0) AS december, max(last_day) AS last_day,
    CAST(coalesce(sum(spent) FILTER (WHERE period = 12), 0) AS DOUBLE) / nullif(CAST(sum(spent) AS DOUBLE), 0) AS share
  FROM expense_months
  GROUP BY unit_id, book_id, side, fiscal_year, currency
  HAVING sum(spent) > 0 AND count(*) >= $least_months
),
compared AS (
  SELECT year.unit_id, year.book_id, year.side, year.fiscal_year, year.currency, year.year_spent, year.months,
    year.december, year.last_day, year.share,
    avg(other.share) FILTER (WHERE other.unit_id = year.unit_id AND other.book_id IS NOT DISTINCT FROM year.book_id) AS own_share,
    median(CAST(other.share AS DOUBLE)) FILTER (WHERE other.unit_id <> year.unit_id AND other.fiscal_year = year.fiscal_year)
      AS peer_share,
    count(DISTINCT other.unit_id) FILTER (WHERE other.unit_id <> year.unit_id AND other.fiscal_year = year.fiscal_year) AS peers
  FROM expense_years AS year
  LEFT JOIN expense_years AS other ON other.side = year.side AND other.currency IS NOT DISTINCT FROM year.currency
    AND (other.unit_id <> year.unit_id OR other.fiscal_year <> year.fiscal_year)
  GROUP BY year.unit_id, year.book_id, year.side, year.fiscal_year, year.currency, year.year_spent, year.months,
    year.december, year.last_day, year.share
),
rushes AS (
  SELECT compared.unit_id, compared.book_id, compared.side, compared.fiscal_year, compared.currency, compared.december,
    compared.last_day, round(compared.share * 100, 1) AS percent,
    coalesce(CAST(round(compared.own_share * 100, 1) AS VARCHAR), '—') AS own_percent,
    coalesce(CAST(round(compared.peer_share * 100, 1) AS VARCHAR), '—') AS peer_percent,
    compared.december - (compared.year_spent - compared.december) / nullif(compared.months - 1, 0) AS excess
  FROM compared
  JOIN unit_parameter AS least ON least.unit_id = compared.unit_id AND least.name = 'ledger_december_share'
    AND least.valid_from <= compared.last_day AND (least.valid_to IS NULL OR compared.last_day < least.valid_to)
  WHERE compared.share >= CAST(least.value AS DOUBLE)
    AND compared.december * (compared.months - 1) >= $times_month * (compared.year_spent - compared.december)
    AND (compared.own_share IS NULL OR compared.share >= $times_others * compared.own_share)
    AND (compared.peers < $least_peers OR compared.share >= $times_others * compared.peer_share)
)
SELECT rush.unit_id, rush.book_id, rush.side, rush.fiscal_year, rush.currency, rush.last_day, rush.percent,
  rush.own_percent, rush.peer_percent, CAST(rush.december AS DECIMAL(18, 2)) AS december,
  CAST(rush.excess AS DECIMAL(18, 2)) AS excess, list_sort(list(line.row_id)) AS journal_line_rows
FROM rushes AS rush
JOIN journal_line AS line ON line.unit_id = rush.unit_id
  AND line.fiscal_year = rush.fiscal_year
  AND line.book_id IS NOT DISTINCT FROM rush.book_id
  AND coalesce(line.side, '') = rush.side
  AND line.currency IS NOT DISTINCT FROM rush.currency
JOIN expense_accounts AS expense
  ON expense.account_code = line.account_code
  AND expense.account_name IS NOT DISTINCT FROM line.account_name
  AND expense.side IS NOT DISTINCT FROM line.side
WHERE line.period = 12 AND coalesce(line.status, 'valid') = 'valid' AND NOT coalesce(line.is_closing, false)
  AND coalesce(line.description, '') NOT LIKE '%结转%'
GROUP BY rush.unit_id, rush.book_id, rush.side, rush.fiscal_year, rush.currency, rush.last_day, rush.percent,
  rush.own_percent, rush.peer_percent, rush.december, rush.excess
