/*
id: trial_balance_does_not_roll
title: {zh: 科目余额与凭证对不上, en: A trial balance does not roll}
status: stable
role: lead
level: high
basis: [accounting]
why:
  zh: 期初余额加本期凭证发生额应等于期末余额，本期期初应等于上期期末。对不上，说明凭证缺失、余额被改或导出不完整。
  en: Opening balance plus entries must give the closing balance, and the closing one must open the next period. If not, vouchers are missing or balances altered.
not_when:
  zh: 未记账凭证未进余额、上级科目由下级汇总、按年初数列示、币种合并列示的，均已分辨；作废凭证不计；某期没有凭证的不比较。
  en: Unposted vouchers, parents that sum their children, balances shown from the year's beginning or with currencies merged are recognised; void vouchers do not count.
ask:
  zh: 该科目明细账、反结账记录，由系统重新导出余额表和凭证后核对。
  en: The account's ledger, the record of re-opened periods, and a fresh export of balances and vouchers.
reads: [account_balance, journal_line]
population: {table: account_balance, where: "coalesce(aux_kind, aux_code) IS NULL"}
scope: year
params: {most_lines: 10, least_rows: 20, most_share_off: 0.02}
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, period, account_code, currency]
  amount: difference
  currency: currency
  on: period_end
reason:
  zh: "{fiscal_year}年{period}期科目{account_code} {account_name}：期初{opening}加凭证{entries}，不等于期末{closing}，或期初与上期期末{closing_before}不符，或表内发生额算不到期末，相差{difference}。"
  en: "{fiscal_year}, period {period}, account {account_code} {account_name}: opening {opening} plus entries {entries} is not closing {closing}, or the last closing was {closing_before}, or the row's own turnover does not lead to it; difference {difference}."
examples:
  - says: a closing balance 100 too high in March, and the opening of April changed; a parent that sums its children, a void and an unposted voucher
    given:
      account_balance:
        - &balance {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, period_end: 2025-03-31, account_code: "100201", account_name: 基本户, opening: 1000.00, debit: 500.00, credit: 200.00, closing: 1400.00}
        - {<<: *balance, account_code: "1002", account_name: 银行存款, opening: 5000.00, closing: 5300.00}
        - {<<: *balance, account_code: "2302", account_name: 应付账款, opening: -700.00, debit: 0.00, credit: 300.00, closing: -1000.00}
        - {<<: *balance, account_code: "2302", account_name: 应付账款, period: 4, period_end: 2025-04-30, opening: -900.00, debit: 0.00, credit: 50.00, closing: -950.00}
        - {<<: *balance, account_code: "5001", account_name: 费用, period: 3, opening: 0.00, debit: 60.00, credit: 0.00, closing: 60.00}
        - {<<: *balance, account_code: "1002", aux_kind: 部门, aux_code: "01", opening: 7.00, closing: 9.00}
        - {<<: *balance, unit_id: U2}
      journal_line:
        - &line {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_no: "1", voucher_date: 2025-03-08, account_code: "100201", debit: 500.00, credit: 0.00}
        - {<<: *line, debit: 0.00, credit: 200.00}
        - {<<: *line, debit: 0.00, credit: 999.00, status: void}
        - {<<: *line, account_code: "2302", debit: 0.00, credit: 300.00}
        - {<<: *line, account_code: "2302", period: 4, voucher_date: 2025-04-08, debit: 0.00, credit: 50.00}
        - {<<: *line, account_code: "5001", debit: 60.00}
        - {<<: *line, account_code: "5001", debit: 11.00, is_posted: false}
    expect:
      - {unit_id: U1, period: 3, account_code: "100201", difference: 100.00}
      - {unit_id: U1, period: 4, account_code: "2302", difference: 100.00, closing_before: -1000.00}
  - says: balances shown from the beginning of the year, and a year in one row
    given:
      account_balance:
        - &year {unit_id: U1, book_id: null, fiscal_year: 2025, period: 2, period_end: 2025-02-28, account_code: "1001", account_name: 库存现金, opening: 10.00, debit: 5.00, credit: 0.00, closing: 22.00}
        - {<<: *year, period: 0, period_end: 2025-12-31, account_code: "1002", account_name: 银行存款, opening: 0.00, debit: 12.00, closing: 12.00}
        - {<<: *year, period: 0, period_end: 2025-12-31, account_code: "1012", account_name: 其他货币资金, opening: 0.00, debit: 12.00, closing: 13.00}
      journal_line:
        - &cash {unit_id: U1, book_id: null, fiscal_year: 2025, period: 1, voucher_no: "1", voucher_date: 2025-01-08, account_code: "1001", debit: 7.00, credit: 0.00}
        - {<<: *cash, period: 2, voucher_date: 2025-02-08, debit: 5.00}
        - {<<: *cash, account_code: "1002"}
        - {<<: *cash, account_code: "1002", period: 2, voucher_date: 2025-02-08, debit: 5.00}
        - {<<: *cash, account_code: "1012", period: 2, voucher_date: 2025-02-08, debit: 12.00}
    expect:
      - {unit_id: U1, fiscal_year: 2025, period: 0, account_code: "1012", difference: 1.00}
  - says: a debit turnover that was changed and leads to no closing; the books themselves agree
    given:
      account_balance: [
        &one {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, period_end: 2025-03-31, account_code: "1122", account_name: 应收账款, opening: 1000.00, debit: 900.00, credit: 200.00, closing: 1300.00},
        &right {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, period_end: 2025-03-31, account_code: "1001", account_name: 库存现金, opening: 0.00, debit: 5.00, credit: 5.00, closing: 0.00},
        *right, *right, *right, *right, *right, *right, *right, *right, *right, *right, *right, *right, *right, *right, *right, *right, *right, *right, *right, *right]
      journal_line:
        - &sold {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_no: "1", voucher_date: 2025-03-08, account_code: "1122", debit: 500.00, credit: 0.00}
        - {<<: *sold, debit: 0.00, credit: 200.00}
    expect:
      - {unit_id: U1, period: 3, account_code: "1122", difference: 400.00}
*/
WITH entries_of_periods AS (
  SELECT unit_id, book_id, fiscal_year, period, account_code, currency,
    sum(coalesce(debit, 0) - coalesce(credit, 0)) AS entries,
    coalesce(sum(coalesce(debit, 0) - coalesce(credit, 0)) FILTER (WHERE coalesce(is_posted, true)), 0) AS posted_entries
  FROM journal_line
  WHERE coalesce(status, 'valid') = 'valid'
  GROUP BY unit_id, book_id, fiscal_year, period, account_code, currency
),
periods_in_journal AS (
  SELECT unit_id, book_id, fiscal_year, period, count(DISTINCT currency) AS currencies
  FROM entries_of_periods
  GROUP BY unit_id, book_id, fiscal_year, period
),
balances AS (
  SELECT row_id, unit_id, book_id, fiscal_year, period, period_end, account_code, account_name, currency, opening, closing,
    coalesce(opening + debit - credit - closing, 0) AS off_in_row,
    lag(closing) OVER (PARTITION BY unit_id, book_id, account_code, currency ORDER BY fiscal_year, period
      ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS closing_before,
    lag(fiscal_year * 12 + period) OVER (PARTITION BY unit_id, book_id, account_code, currency ORDER BY fiscal_year, period
      ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS month_before,
    lag(row_id) OVER (PARTITION BY unit_id, book_id, account_code, currency ORDER BY fiscal_year, period
      ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS row_id_before,
    count(*) OVER (PARTITION BY unit_id, book_id, fiscal_year, period, account_code) AS currencies
  FROM account_balance
  WHERE coalesce(aux_kind, aux_code) IS NULL AND opening IS NOT NULL AND closing IS NOT NULL
),
code_lengths AS (
  SELECT unit_id, book_id, fiscal_year, length(account_code) AS code_length
  FROM balances
  GROUP BY unit_id, book_id, fiscal_year, length(account_code)
),
-- An entry counts for its own account and for every account above it.
entries_of_levels AS (
  SELECT entry.unit_id, entry.book_id, entry.fiscal_year, entry.period, entry.currency,
    left(entry.account_code, level.code_length) AS account_code,
    sum(entry.entries) AS entries, sum(entry.posted_entries) AS posted_entries,
    coalesce(sum(entry.entries) FILTER (WHERE length(entry.account_code) = level.code_length), 0) AS own_entries
  FROM entries_of_periods AS entry
  JOIN code_lengths AS level ON level.unit_id = entry.unit_id AND level.fiscal_year = entry.fiscal_year
    AND level.book_id IS NOT DISTINCT FROM entry.book_id AND level.code_length <= length(entry.account_code)
  GROUP BY entry.unit_id, entry.book_id, entry.fiscal_year, entry.period, entry.currency,
    left(entry.account_code, level.code_length)
),
compared AS (
  SELECT balance.row_id, balance.unit_id, balance.book_id, balance.fiscal_year, balance.period, balance.account_code,
    balance.currency,
    coalesce(sum(entry.entries) FILTER (WHERE entry.period = balance.period OR balance.period = 0), 0) AS entries,
    coalesce(sum(entry.posted_entries) FILTER (WHERE entry.period = balance.period OR balance.period = 0), 0) AS posted_entries,
    coalesce(sum(entry.own_entries) FILTER (WHERE entry.period = balance.period OR balance.period = 0), 0) AS own_entries,
    coalesce(sum(entry.entries), 0) AS entries_to_date, coalesce(sum(entry.posted_entries), 0) AS posted_to_date
  FROM balances AS balance
  LEFT JOIN entries_of_levels AS entry ON entry.unit_id = balance.unit_id AND entry.fiscal_year = balance.fiscal_year
    AND entry.account_code = balance.account_code AND entry.book_id IS NOT DISTINCT FROM balance.book_id
    AND entry.currency IS NOT DISTINCT FROM balance.currency
    AND (entry.period <= balance.period OR balance.period = 0)
  GROUP BY balance.row_id, balance.unit_id, balance.book_id, balance.fiscal_year, balance.period, balance.account_code,
    balance.currency
),
-- Where many rows are off in themselves the turnover is of another span (of the year so far), and tells nothing.
rows_off AS (
  SELECT unit_id, book_id, fiscal_year
  FROM balances
  GROUP BY unit_id, book_id, fiscal_year
  HAVING count(*) >= $least_rows AND count(*) FILTER (WHERE off_in_row <> 0) BETWEEN 1 AND greatest(2, $most_share_off * count(*))
),
differences AS (
  SELECT balance.row_id, balance.unit_id, balance.book_id, balance.fiscal_year, balance.period, balance.period_end,
    balance.account_code, balance.account_name, balance.currency, balance.opening, balance.closing, compared.entries,
    balance.closing_before, balance.row_id_before,
    CASE WHEN rows_off.unit_id IS NULL THEN 0 ELSE balance.off_in_row END AS off_in_row,
    balance.opening + compared.entries - balance.closing AS off_in_period,
    CASE WHEN balance.period > 0 AND (balance.fiscal_year * 12 + balance.period = balance.month_before + 1)
        AND (balance.period > 1 OR left(balance.account_code, 1) IN ('1', '2'))
      THEN balance.opening - balance.closing_before ELSE 0 END AS off_to_period_before,
    balance.closing - balance.opening NOT IN (compared.entries, compared.posted_entries, compared.own_entries,
      compared.entries_to_date, compared.posted_to_date) AND period.unit_id IS NOT NULL
      AND (balance.currencies > 1 OR period.currencies <= 1) AS does_not_roll,
    balance.closing - balance.opening IN (compared.entries_to_date, compared.posted_to_date)
      AND compared.entries <> compared.entries_to_date AS counts_from_january
  FROM balances AS balance
  JOIN compared ON compared.row_id = balance.row_id
  LEFT JOIN rows_off ON rows_off.unit_id = balance.unit_id AND rows_off.book_id IS NOT DISTINCT FROM balance.book_id
    AND rows_off.fiscal_year IS NOT DISTINCT FROM balance.fiscal_year
  LEFT JOIN periods_in_journal AS period ON period.unit_id = balance.unit_id AND period.fiscal_year = balance.fiscal_year
    AND period.period = CASE WHEN balance.period = 0 THEN period.period ELSE balance.period END
    AND period.book_id IS NOT DISTINCT FROM balance.book_id
  QUALIFY row_number() OVER (PARTITION BY balance.row_id ORDER BY period.period) = 1
),
all_faults AS (
  SELECT row_id, row_id_before, does_not_roll, off_in_period, off_to_period_before, off_in_row, unit_id, book_id, fiscal_year, period, period_end, account_code, account_name, currency,
    opening, closing, entries, closing_before,
    CASE WHEN does_not_roll THEN abs(off_in_period) WHEN off_to_period_before <> 0 AND NOT counts_from_january
      THEN abs(off_to_period_before) ELSE abs(off_in_row) END AS difference
  FROM differences
  WHERE does_not_roll OR (off_to_period_before <> 0 AND NOT counts_from_january) OR off_in_row <> 0
),
-- A closing that was changed shows again in the opening after it: told once, where it stands.
faults AS (
  SELECT fault.row_id, fault.row_id_before, fault.unit_id, fault.book_id, fault.fiscal_year, fault.period, fault.period_end,
    fault.account_code, fault.account_name, fault.currency, fault.opening, fault.closing, fault.entries,
    fault.closing_before, fault.difference
  FROM all_faults AS fault
  ANTI JOIN all_faults AS before ON before.row_id = fault.row_id_before AND before.does_not_roll
    AND NOT fault.does_not_roll AND fault.off_in_row = 0 AND before.off_in_period = fault.off_to_period_before
),
-- What a detail account explains is not told again for the accounts above it.
lowest_faults AS (
  SELECT fault.row_id, fault.row_id_before, fault.unit_id, fault.book_id, fault.fiscal_year, fault.period, fault.period_end,
    fault.account_code, fault.account_name, fault.currency, fault.opening, fault.closing, fault.entries, fault.closing_before,
    fault.difference
  FROM faults AS fault
  ANTI JOIN faults AS below ON below.unit_id = fault.unit_id AND below.fiscal_year = fault.fiscal_year
    AND below.period = fault.period AND below.book_id IS NOT DISTINCT FROM fault.book_id
    AND below.currency IS NOT DISTINCT FROM fault.currency AND below.account_code <> fault.account_code
    AND starts_with(below.account_code, fault.account_code)
),
-- The vouchers of the account, where they are few enough to be gone through.
their_lines AS (
  SELECT fault.row_id, list_sort(list(line.row_id)) AS journal_line_rows
  FROM lowest_faults AS fault
  JOIN journal_line AS line ON line.unit_id = fault.unit_id AND line.fiscal_year = fault.fiscal_year
    AND (line.period = fault.period OR fault.period = 0) AND line.book_id IS NOT DISTINCT FROM fault.book_id
    AND starts_with(line.account_code, fault.account_code) AND line.currency IS NOT DISTINCT FROM fault.currency
  WHERE coalesce(line.status, 'valid') = 'valid'
  GROUP BY fault.row_id
  HAVING count(*) <= $most_lines
),
their_balances AS (
  SELECT row_id AS fault_id, row_id FROM lowest_faults
  UNION ALL
  SELECT row_id AS fault_id, row_id_before AS row_id FROM lowest_faults
  WHERE row_id_before IS NOT NULL
),
balances_listed AS (
  SELECT fault_id, list_sort(list(row_id)) AS account_balance_rows
  FROM their_balances
  WHERE row_id IS NOT NULL
  GROUP BY fault_id
)
SELECT fault.unit_id, fault.book_id, fault.fiscal_year, fault.period, fault.account_code, fault.currency,
  coalesce(fault.account_name, '') AS account_name, fault.period_end, fault.opening,
  CAST(fault.entries AS DECIMAL(18, 2)) AS entries, fault.closing, fault.closing_before,
  CAST(fault.difference AS DECIMAL(18, 2)) AS difference, balance.account_balance_rows, line.journal_line_rows
FROM lowest_faults AS fault
JOIN balances_listed AS balance ON balance.fault_id = fault.row_id
LEFT JOIN their_lines AS line ON line.row_id = fault.row_id
