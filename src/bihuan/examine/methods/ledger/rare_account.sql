/*
id: rare_account
title: {zh: 罕用科目发生大额, en: A large amount on an account that is hardly ever used}
status: stable
role: lead
level: low
basis: [isa240]
why:
  zh: 全部期间只用过一两次的科目上出现大额，常见于借冷门科目隐藏收支、调节结余。
  en: A large amount on an account used once or twice in all is a common way of putting something out of sight.
not_when:
  zh: 按客户、项目设的明细科目本来各用一两次，不计；结转、作废凭证不计；一次性业务（捐赠、处置）有批文的可排除。
  en: Detail accounts kept by customer or project; closing and void entries; a single event (donation, disposal) that was approved.
ask:
  zh: 业务批文、合同、资金流水，为何使用该科目，期末余额由什么构成。
  en: Approval, contract, the flow of money, why this account was used and what its balance consists of.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') = 'valid'"}
scope: all
params: {most_vouchers: 2, most_lines: 4, least_lines: 100, times_average: 5, least_days: 180, most_leaves: 4}
lead:
  unit: unit_id
  subject: [book_id, account_code, currency]
  amount: amount
  currency: currency
  on: voucher_date
reason:
  zh: "科目{account_code} {account_name}全部期间只在{vouchers}张凭证中出现，发生{amount}，为该账套平均每条分录的{times_average_line}倍。"
  en: "Account {account_code} {account_name} occurs in {vouchers} vouchers of all; {amount} is {times_average_line} times the book's average line."
examples:
  - says: one large line on 1901, told without its budgetary line; a donation with the document of its approval; a small one on 1902, a void one, one of six detail accounts of one parent
    given:
      journal_line: [
        {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 5, voucher_word: 记, voucher_no: "78", voucher_date: 2025-05-09, account_code: "4603", account_name: 捐赠收入, description: 收到救灾捐款（云政函〔2025〕6号）, debit: 0.00, credit: 90000.00},
        {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 12, voucher_word: 记, voucher_no: "99", voucher_date: 2025-12-31, account_code: "3001", account_name: 累计盈余, description: 本期盈余转入累计盈余, debit: 0.00, credit: 95000.00},
        {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 6, voucher_word: 记, voucher_no: "79", voucher_date: 2025-06-09, account_code: "121806", account_name: 原企业借款, description: 收回借款, debit: 0.00, credit: 95000.00},
        {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 9, voucher_word: 记, voucher_no: "77", voucher_date: 2025-09-09, account_code: "7901", account_name: 其他支出, side: budgetary, debit: 80000.00, credit: 0.00},
        &line {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "77", voucher_date: 2025-09-09, account_code: "1901", account_name: 待处理财产损溢, debit: 80000.00, credit: 0.00},
        {<<: *line, account_code: "1902", debit: 120.00}, {<<: *line, account_code: "1903", status: void},
        {<<: *line, account_code: "12180101"}, {<<: *line, account_code: "12180102"}, {<<: *line, account_code: "12180103"},
        {<<: *line, account_code: "12180104"}, {<<: *line, account_code: "12180105"}, {<<: *line, account_code: "12180106"},
        &often {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 1, voucher_word: 记, voucher_no: "1", voucher_date: 2025-01-05, account_code: "5001", account_name: 费用, debit: 1000.00, credit: 0.00},
        *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often,
        *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often,
        *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often,
        *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often, *often]
    expect:
      - {unit_id: U1, account_code: "1901", amount: 80000.00, vouchers: 1}
*/
WITH accounts_used AS (
  SELECT unit_id, book_id, account_code, currency, max(side) AS side, count(*) AS lines, sum(abs(coalesce(debit, 0))) AS debits,
    sum(abs(coalesce(credit, 0))) AS credits, min(voucher_date) AS first_day, max(voucher_date) AS last_day,
    max(account_name) AS account_name
  FROM journal_line
  WHERE coalesce(status, 'valid') = 'valid' AND NOT coalesce(is_closing, false)
    AND NOT regexp_matches(coalesce(description, ''), '结转|年终转|转入(累计盈余|本期盈余|本年利润|利润分配|本年盈余分配)')
  GROUP BY unit_id, book_id, account_code, currency
),
accounts_in_books AS (
  SELECT unit_id, book_id, account_code, currency, side, account_name, lines, greatest(debits, credits) AS amount,
    sum(lines) OVER (PARTITION BY unit_id, book_id, currency) AS lines_of_book,
    sum(debits + credits) OVER (PARTITION BY unit_id, book_id, currency) AS turnover_of_book,
    min(first_day) OVER (PARTITION BY unit_id, book_id, currency) AS first_day_of_book,
    max(last_day) OVER (PARTITION BY unit_id, book_id, currency) AS last_day_of_book,
    count(*) OVER (PARTITION BY unit_id, book_id, currency, left(account_code, 4)) AS leaves
  FROM accounts_used
),
-- The average line of a large unit is pulled up by its pay; what is large by itself counts as well.
all_rare_accounts AS (
  SELECT used.unit_id, used.book_id, used.account_code, used.currency, used.side, used.account_name, used.amount,
    round(CAST(used.amount AS DOUBLE) * used.lines_of_book / nullif(CAST(used.turnover_of_book AS DOUBLE), 0), 1)
      AS times_average_line
  FROM accounts_in_books AS used
  JOIN unit_parameter AS large ON large.unit_id = used.unit_id AND large.name = 'ledger_large_amount'
    AND large.valid_from <= used.last_day_of_book AND (large.valid_to IS NULL OR used.last_day_of_book < large.valid_to)
  WHERE used.lines <= $most_lines AND used.lines_of_book >= $least_lines AND used.leaves <= $most_leaves
    AND date_diff('day', used.first_day_of_book, used.last_day_of_book) >= $least_days
    AND (used.amount * used.lines_of_book >= $times_average * used.turnover_of_book
      OR used.amount >= CAST(large.value AS DECIMAL(18, 2)) AND used.amount * used.lines_of_book >= used.turnover_of_book)
),
-- The budgetary line of the same voucher is the same thing told again.
rare_accounts AS (
  SELECT rare.unit_id, rare.book_id, rare.account_code, rare.currency, rare.account_name, rare.amount, rare.times_average_line
  FROM all_rare_accounts AS rare
  ANTI JOIN all_rare_accounts AS financial ON financial.unit_id = rare.unit_id AND financial.amount = rare.amount
    AND financial.book_id IS NOT DISTINCT FROM rare.book_id AND financial.currency IS NOT DISTINCT FROM rare.currency
    AND financial.side IS DISTINCT FROM 'budgetary' AND rare.side = 'budgetary'
),
their_lines AS (
  SELECT rare.unit_id, rare.book_id, rare.account_code, rare.currency, max(rare.account_name) AS account_name,
    max(rare.amount) AS amount, max(rare.times_average_line) AS times_average_line, max(line.voucher_date) AS voucher_date,
    count(DISTINCT concat(line.fiscal_year, '/', line.period, '/', coalesce(line.voucher_word, ''), '/',
      coalesce(line.voucher_no, line.voucher_id, ''))) AS vouchers,
    list_sort(list(line.row_id)) AS journal_line_rows
  FROM rare_accounts AS rare
  JOIN journal_line AS line ON line.unit_id = rare.unit_id
    AND line.account_code = rare.account_code
    AND line.book_id IS NOT DISTINCT FROM rare.book_id
    AND line.currency IS NOT DISTINCT FROM rare.currency
  WHERE coalesce(line.status, 'valid') = 'valid' AND NOT coalesce(line.is_closing, false)
    AND NOT regexp_matches(coalesce(line.description, ''), '结转|年终转|转入(累计盈余|本期盈余|本年利润|利润分配|本年盈余分配)')
  GROUP BY rare.unit_id, rare.book_id, rare.account_code, rare.currency
  -- A single event whose words name the document that approved it.
  HAVING count(*) > count(*) FILTER (WHERE regexp_matches(coalesce(line.description, ''), '[〔［\[(（]20[0-9]{2}[〕］\])）] *第?[0-9]+ *号')
    -- An old claim that comes in at last is what everybody waited for.
    OR line.credit > 0 AND line.account_code LIKE '1%' AND regexp_matches(coalesce(line.description, ''), '收回|归还|还款|退回'))
)
SELECT unit_id, book_id, account_code, coalesce(account_name, '') AS account_name, currency, vouchers, times_average_line,
  CAST(amount AS DECIMAL(18, 2)) AS amount, voucher_date, journal_line_rows
FROM their_lines
WHERE vouchers <= $most_vouchers
