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
params: {least_months: 10, times_others: 1.5, least_peers: 3, times_month: 2, most_vouchers: 40}
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, currency]
  amount: excess
  currency: currency
  on: last_day
reason:
  zh: "{fiscal_year}年12月支出（不含工资、折旧）{december}，占全年{percent}%（本单位其他年度{own_percent}，其他单位中位数{peer_percent}），超出各月平均{excess}；列出其中最大的{vouchers}张凭证。"
  en: "December {fiscal_year}: {december} spent (without pay and depreciation), {percent} % of the year (own other years {own_percent}, median of peers {peer_percent}), {excess} above an average month; its {vouchers} largest vouchers are listed."
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
      - {unit_id: U1, fiscal_year: 2025, side: financial, december: 900.00, excess: 800.00, percent: 50.0, own_percent: "—", vouchers: 1, journal_line_rows: [10, 11]}
  - says: pay is the larger part of all spending and the same in every month; the rest falls in December
    given:
      journal_line:
        - &pay {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 1, voucher_no: "1", voucher_date: 2025-01-20, account_code: "500101", account_name: 工资福利费用, debit: 1000.00, credit: 0.00, side: financial}
        - &other {<<: *pay, voucher_no: "2", account_code: "500102", account_name: 商品和服务费用, debit: 100.00}
        - {<<: *other, period: 2, voucher_date: 2025-02-20}
        - {<<: *other, period: 3, voucher_date: 2025-03-20}
        - {<<: *other, period: 4, voucher_date: 2025-04-20}
        - {<<: *other, period: 5, voucher_date: 2025-05-20}
        - {<<: *other, period: 6, voucher_date: 2025-06-20}
        - {<<: *other, period: 7, voucher_date: 2025-07-20}
        - {<<: *other, period: 8, voucher_date: 2025-08-20}
        - {<<: *other, period: 9, voucher_date: 2025-09-20}
        - {<<: *other, period: 12, voucher_date: 2025-12-28, debit: 900.00}
        - {<<: *pay, period: 12, voucher_date: 2025-12-10}
    expect:
      - {unit_id: U1, december: 900.00, journal_line_rows: [11]}
  - says: told once for both sides; the evidence is the whole vouchers of the largest spending, as many as make the excess
    given:
      journal_line:
        - &month {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 1, voucher_no: "1", voucher_date: 2025-01-20, account_code: "500101", account_name: 业务活动费用, debit: 100.00, credit: 0.00, side: financial}
        - {<<: *month, period: 2, voucher_date: 2025-02-20}
        - {<<: *month, period: 3, voucher_date: 2025-03-20}
        - {<<: *month, period: 4, voucher_date: 2025-04-20}
        - {<<: *month, period: 5, voucher_date: 2025-05-20}
        - {<<: *month, period: 6, voucher_date: 2025-06-20}
        - {<<: *month, period: 7, voucher_date: 2025-07-20}
        - {<<: *month, period: 8, voucher_date: 2025-08-20}
        - {<<: *month, period: 9, voucher_date: 2025-09-20}
        - {<<: *month, period: 12, voucher_date: 2025-12-05, debit: 40.00}
        - &large {<<: *month, period: 12, voucher_no: "2", voucher_date: 2025-12-28, debit: 500.00}
        - {<<: *large, account_code: "1002", account_name: 银行存款, debit: 0.00, credit: 500.00}
        - {<<: *large, side: budgetary, account_code: "720101", account_name: 事业支出}
        - {<<: *large, voucher_no: "3", debit: 360.00}
        - {<<: *large, voucher_no: "3", side: budgetary, account_code: "720101", account_name: 事业支出, debit: 360.00}
        - &budget {<<: *month, side: budgetary, account_code: "720101", account_name: 事业支出}
        - {<<: *budget, period: 2, voucher_date: 2025-02-20}
        - {<<: *budget, period: 3, voucher_date: 2025-03-20}
        - {<<: *budget, period: 4, voucher_date: 2025-04-20}
        - {<<: *budget, period: 5, voucher_date: 2025-05-20}
        - {<<: *budget, period: 6, voucher_date: 2025-06-20}
        - {<<: *budget, period: 7, voucher_date: 2025-07-20}
        - {<<: *budget, period: 8, voucher_date: 2025-08-20}
        - {<<: *budget, period: 9, voucher_date: 2025-09-20}
    expect:
      - {unit_id: U1, fiscal_year: 2025, side: financial, december: 900.00, excess: 800.00, vouchers: 2, journal_line_rows: [11, 12, 13, 14, 15]}
*/
WITH account_months AS (
  SELECT unit_id, book_id, side, fiscal_year, period, currency, account_code, account_name,
    sum(coalesce(debit, 0) - coalesce(credit, 0)) AS net, max(voucher_date) AS last_day, max(account_code) AS code,
    coalesce(max(account_name), '') AS name
  FROM journal_line
  WHERE coalesce(status, 'valid') = 'valid' AND NOT coalesce(is_closing, false)
    AND coalesce(description, '') NOT LIKE '%结转%' AND period BETWEEN 1 AND 12
  GROUP BY unit_id, book_id, side, fiscal_year, period, currency, account_code, account_name
),
expense_accounts AS (
  SELECT account_code, account_name, side
  FROM (SELECT account_code, account_name, side, max(code) AS code, max(name) AS name FROM account_months
    GROUP BY account_code, account_name, side) AS used
  WHERE (regexp_matches(name, '费用|支出|成本|[Ee]xpense|[Cc]ost') AND NOT regexp_matches(name, '累计|待摊|应付|应收|预付|预收'))
    OR (regexp_matches(code, '^(5[0-9]|7[0-9])') AND name NOT LIKE '%收入%')
    OR (regexp_matches(code, '^(64|66|67)') AND side IS DISTINCT FROM 'budgetary'
      AND NOT regexp_matches(name, '收入|[Ii]ncome|[Rr]evenue'))
),
-- Pay and depreciation come by rule, and are so large in most units that the rest does not show beside them.
spending_accounts AS (
  SELECT account_code, account_name, side
  FROM expense_accounts
  WHERE NOT regexp_matches(coalesce(account_name, ''),
    '工资|薪酬|社保|社会保险|保障缴费|公积金|职业年金|养老|离休|退休|折旧|摊销|[Ss]alar|[Ww]age|[Dd]epreciation')
),
expense_months AS (
  SELECT month.unit_id, month.book_id, coalesce(month.side, '') AS side, month.fiscal_year, month.period, month.currency,
    sum(month.net) AS spent, max(month.last_day) AS last_day
  FROM account_months AS month
  SEMI JOIN spending_accounts AS expense ON expense.account_code = month.account_code
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
    compared.last_day, compared.months, round(compared.share * 100, 1) AS percent,
    coalesce(CAST(round(compared.own_share * 100, 1) AS VARCHAR) || '%', '—') AS own_percent,
    coalesce(CAST(round(compared.peer_share * 100, 1) AS VARCHAR) || '%', '—') AS peer_percent,
    compared.december - (compared.year_spent - compared.december) / nullif(compared.months - 1, 0) AS excess
  FROM compared
  JOIN unit_parameter AS least ON least.unit_id = compared.unit_id AND least.name = 'ledger_december_share'
    AND least.valid_from <= compared.last_day AND (least.valid_to IS NULL OR compared.last_day < least.valid_to)
  WHERE compared.share >= CAST(least.value AS DOUBLE)
    AND compared.december * (compared.months - 1) >= $times_month * (compared.year_spent - compared.december)
    AND (compared.own_share IS NULL OR compared.share >= $times_others * compared.own_share)
    AND (compared.peers < $least_peers OR compared.share >= $times_others * compared.peer_share)
  -- Both sides of parallel accounting show the same spending: the financial side tells it.
  QUALIFY row_number() OVER (PARTITION BY compared.unit_id, compared.book_id, compared.fiscal_year, compared.currency
    ORDER BY compared.side DESC) = 1
),
-- Only where December lies above the account's own year; a large bill of every month explains nothing.
accounts_in_excess AS (
  SELECT rush.unit_id, rush.book_id, rush.side, rush.fiscal_year, rush.currency, rush.excess, month.account_code, month.account_name
  FROM rushes AS rush
  JOIN account_months AS month ON month.unit_id = rush.unit_id AND month.fiscal_year = rush.fiscal_year
    AND coalesce(month.side, '') = rush.side AND month.book_id IS NOT DISTINCT FROM rush.book_id
    AND month.currency IS NOT DISTINCT FROM rush.currency
  SEMI JOIN spending_accounts AS expense ON expense.account_code = month.account_code
    AND expense.account_name IS NOT DISTINCT FROM month.account_name AND expense.side IS NOT DISTINCT FROM month.side
  GROUP BY rush.unit_id, rush.book_id, rush.side, rush.fiscal_year, rush.currency, rush.excess, rush.months,
    month.account_code, month.account_name
  HAVING coalesce(sum(month.net) FILTER (WHERE month.period = 12), 0) * (rush.months - 1)
    >= $times_others * coalesce(sum(month.net) FILTER (WHERE month.period < 12), 0)
),
spending_vouchers AS (
  SELECT rush.unit_id, rush.book_id, rush.fiscal_year, rush.currency, rush.excess, line.voucher_word, line.voucher_no,
    line.voucher_id, sum(coalesce(line.debit, 0) - coalesce(line.credit, 0)) AS spent
  FROM accounts_in_excess AS rush
  JOIN journal_line AS line ON line.unit_id = rush.unit_id
    AND line.fiscal_year = rush.fiscal_year
    AND line.book_id IS NOT DISTINCT FROM rush.book_id
    AND coalesce(line.side, '') = rush.side
    AND line.currency IS NOT DISTINCT FROM rush.currency
    AND line.account_code = rush.account_code
    AND line.account_name IS NOT DISTINCT FROM rush.account_name
  WHERE line.period = 12 AND coalesce(line.status, 'valid') = 'valid' AND NOT coalesce(line.is_closing, false)
    AND coalesce(line.description, '') NOT LIKE '%结转%'
  GROUP BY rush.unit_id, rush.book_id, rush.fiscal_year, rush.currency, rush.excess, line.voucher_word, line.voucher_no,
    line.voucher_id
),
vouchers_in_order AS (
  SELECT unit_id, book_id, fiscal_year, currency, excess, voucher_word, voucher_no, voucher_id, spent,
    row_number() OVER (PARTITION BY unit_id, book_id, fiscal_year, currency
      ORDER BY spent DESC, voucher_word, voucher_no, voucher_id) AS place,
    sum(spent) OVER (PARTITION BY unit_id, book_id, fiscal_year, currency
      ORDER BY spent DESC, voucher_word, voucher_no, voucher_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS spent_so_far
  FROM spending_vouchers
),
-- As many of the largest vouchers as make the excess; all of a December would show nothing.
largest_vouchers AS (
  SELECT unit_id, book_id, fiscal_year, currency, voucher_word, voucher_no, voucher_id
  FROM vouchers_in_order
  WHERE place <= $most_vouchers AND spent > 0 AND spent_so_far - spent < excess
),
their_lines AS (
  SELECT large.unit_id, large.book_id, large.fiscal_year, large.currency,
    count(DISTINCT concat(coalesce(large.voucher_word, ''), '/', coalesce(large.voucher_no, ''), '/', coalesce(large.voucher_id, '')))
      AS vouchers,
    list_sort(list(line.row_id)) AS journal_line_rows
  FROM largest_vouchers AS large
  JOIN journal_line AS line ON line.unit_id = large.unit_id
    AND line.fiscal_year = large.fiscal_year
    AND line.book_id IS NOT DISTINCT FROM large.book_id
    AND line.currency IS NOT DISTINCT FROM large.currency
    AND line.voucher_word IS NOT DISTINCT FROM large.voucher_word
    AND line.voucher_no IS NOT DISTINCT FROM large.voucher_no
    AND line.voucher_id IS NOT DISTINCT FROM large.voucher_id
  WHERE line.period = 12 AND coalesce(line.status, 'valid') = 'valid'
  GROUP BY large.unit_id, large.book_id, large.fiscal_year, large.currency
)
SELECT rush.unit_id, rush.book_id, rush.side, rush.fiscal_year, rush.currency, rush.last_day, rush.percent,
  rush.own_percent, rush.peer_percent, CAST(rush.december AS DECIMAL(18, 2)) AS december,
  CAST(rush.excess AS DECIMAL(18, 2)) AS excess, line.vouchers, line.journal_line_rows
FROM rushes AS rush
JOIN their_lines AS line ON line.unit_id = rush.unit_id AND line.fiscal_year = rush.fiscal_year
  AND line.book_id IS NOT DISTINCT FROM rush.book_id AND line.currency IS NOT DISTINCT FROM rush.currency
