/*
id: manual_entry_to_revenue
title: {zh: 手工凭证直接记收入, en: Revenue entered by hand}
status: stable
role: corroborates
level: low
basis: [isa240]
why:
  zh: 收入本由收费、销售等业务系统自动生成凭证，手工补记的收入绕过了开票和收款控制。
  en: Where revenue comes from a billing system, a manual entry goes round its invoices and receipts.
not_when:
  zh: 收入本来就手工入账、或没有业务系统来源的账套；结转、红冲凭证。
  en: Books that enter revenue by hand anyway or know no modules; closing and reversing entries.
ask:
  zh: 票据、缴款书、银行回单，为何未走业务系统。
  en: Receipts, payment slips and bank advice, and why it did not come from the system.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') = 'valid' AND credit > 0"}
scope: all
params: {most_share: 0.2, least_lines: 10}
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, period, voucher_word, voucher_no]
  amount: amount
  currency: currency
  on: voucher_date
reason:
  zh: "凭证{voucher}手工记入收入科目{account_code}，{amount}；该科目{lines}笔中仅{manual_lines}笔为手工。"
  en: "Voucher {voucher} enters {amount} by hand to revenue account {account_code}, where {manual_lines} of {lines} lines are manual."
examples:
  - says: one manual line among those of the billing system; a book that is all by hand, a closing entry, another account
    given:
      journal_line: [
        &line {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "77", voucher_date: 2025-03-12, account_code: "4101", account_name: 事业收入, description: 补记收入, debit: 0.00, credit: 52000.00, side: financial},
        {<<: *line, voucher_no: "78", description: 结转收入}, {<<: *line, voucher_no: "79", status: void},
        {<<: *line, voucher_no: "80", unit_id: U2}, {<<: *line, voucher_no: "81", account_code: "2307", account_name: 其他应付款},
        &auto {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 2, voucher_word: 记, voucher_no: "5", voucher_date: 2025-02-12, account_code: "4101", account_name: 事业收入, description: 门诊收入, debit: 0.00, credit: 31.20, origin_system: 收费系统, side: financial},
        *auto, *auto, *auto, *auto, *auto, *auto, *auto, *auto, *auto, *auto]
    expect:
      - {unit_id: U1, voucher_no: "77", amount: 52000.00, manual_lines: 1}
*/
WITH revenue_accounts AS (
  SELECT unit_id, book_id, account_code, currency, count(*) AS lines,
    count(*) FILTER (WHERE coalesce(origin_system, '') IN ('', '总账', '总账系统', '手工', 'GL', 'gl', 'General Ledger', 'Manual', 'manual')) AS manual_lines
  FROM journal_line
  WHERE coalesce(status, 'valid') = 'valid' AND credit > 0 AND NOT coalesce(is_closing, false)
    AND coalesce(description, '') NOT LIKE '%结转%'
  GROUP BY unit_id, book_id, account_code, currency
  HAVING (regexp_matches(coalesce(max(account_name), ''), '收入|[Rr]evenue|[Ii]ncome|[Ss]ales')
      AND NOT regexp_matches(coalesce(max(account_name), ''), '应收|预收|递延'))
    OR (max(account_name) IS NULL AND regexp_matches(account_code, '^(6001|6051|6101|6111|6301|4101|4201|4301|4601)'))
)
SELECT line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word,
  coalesce(line.voucher_no, line.voucher_id) AS voucher_no,
  concat(coalesce(line.voucher_word, ''), coalesce(line.voucher_no, line.voucher_id, '')) AS voucher,
  min(line.account_code) AS account_code, max(revenue.lines) AS lines, max(revenue.manual_lines) AS manual_lines,
  max(line.voucher_date) AS voucher_date, max(line.currency) AS currency,
  CAST(max(line.credit) AS DECIMAL(18, 2)) AS amount, list_sort(list(line.row_id)) AS journal_line_rows
FROM journal_line AS line
JOIN (
  SELECT unit_id, book_id, account_code, currency, lines, manual_lines
  FROM revenue_accounts
  WHERE manual_lines > 0 AND manual_lines <= $most_share * lines AND lines >= $least_lines
) AS revenue ON revenue.unit_id = line.unit_id AND revenue.account_code = line.account_code
  AND revenue.book_id IS NOT DISTINCT FROM line.book_id AND revenue.currency IS NOT DISTINCT FROM line.currency
WHERE coalesce(line.status, 'valid') = 'valid' AND line.credit > 0 AND NOT coalesce(line.is_closing, false)
  AND coalesce(line.description, '') NOT LIKE '%结转%'
  AND coalesce(line.origin_system, '') IN ('', '总账', '总账系统', '手工', 'GL', 'gl', 'General Ledger', 'Manual', 'manual')
GROUP BY line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word, line.voucher_no, line.voucher_id
