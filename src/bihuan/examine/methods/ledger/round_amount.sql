/*
id: round_amount
title: {zh: 整数大额, en: A large round amount}
status: stable
role: corroborates
level: low
basis: [isa240, nigrini]
why:
  zh: 真实的费用多带零头。平时金额零碎的科目忽然出现整万元，可能是估列、虚列或凑数。
  en: Real expenses are rarely round. A sum of full ten thousands on an account of odd amounts may be estimated or made up.
not_when:
  zh: 拨款、借款、备用金、押金、保证金、预付、转存、提现等本来就是整数的业务；本来就多为整数的科目；结转凭证。
  en: Grants, loans, floats, deposits and transfers, which are round by nature; accounts that are mostly round; closing entries.
ask:
  zh: 发票、合同、验收单，核对金额构成。
  en: Invoice, contract and acceptance note, and how the amount is made up.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') = 'valid' AND debit > 0"}
scope: all
params: {multiple: 10000, least_lines: 30, most_share: 0.1, debit_share: 0.8}
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, period, voucher_word, voucher_no]
  amount: amount
  currency: currency
  on: voucher_date
reason:
  zh: "凭证{voucher}记入科目{account_code}整数{amount}；该科目{lines}笔中只有{round_lines}笔为整万元。"
  en: "Voucher {voucher} posts the round sum {amount} to account {account_code}, where {round_lines} of {lines} lines are round."
examples:
  - says: one round sum among thirty odd ones; a round grant, a round deposit and a void one
    given:
      journal_line: [
        &line {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "77", voucher_date: 2025-09-09, account_code: "500101", description: 支付咨询服务费, debit: 80000.00, credit: 0.00},
        {<<: *line, voucher_no: "78", description: 拨付专项补助款}, {<<: *line, voucher_no: "79", status: void},
        {<<: *line, voucher_no: "80", debit: 85000.00}, {<<: *line, voucher_no: "81", account_code: "1218"},
        &odd {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 1, voucher_word: 记, voucher_no: "1", voucher_date: 2025-01-05, account_code: "500101", debit: 1033.70, credit: 0.00},
        *odd, *odd, *odd, *odd, *odd, *odd, *odd, *odd, *odd, *odd, *odd, *odd, *odd, *odd, *odd, *odd, *odd, *odd, *odd, *odd, *odd, *odd, *odd, *odd, *odd,
        *odd, *odd, *odd, *odd, *odd]
    expect:
      - {unit_id: U1, voucher_no: "77", account_code: "500101", amount: 80000.00}
*/
WITH accounts_used AS (
  SELECT unit_id, book_id, account_code, currency, count(*) FILTER (WHERE debit > 0) AS lines,
    count(*) FILTER (WHERE debit >= $multiple AND debit % nullif($multiple, 0) = 0) AS round_lines
  FROM journal_line
  WHERE coalesce(status, 'valid') = 'valid' AND side IS DISTINCT FROM 'budgetary'
  GROUP BY unit_id, book_id, account_code, currency
  HAVING count(*) FILTER (WHERE debit >= $multiple AND debit % nullif($multiple, 0) = 0) > 0
    AND count(*) FILTER (WHERE debit > 0) >= $least_lines
    AND count(*) FILTER (WHERE debit >= $multiple AND debit % nullif($multiple, 0) = 0) <= $most_share * count(*) FILTER (WHERE debit > 0)
    AND count(*) FILTER (WHERE debit > 0) >= $debit_share * count(*)
)
SELECT line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word,
  coalesce(line.voucher_no, line.voucher_id) AS voucher_no,
  concat(coalesce(line.voucher_word, ''), coalesce(line.voucher_no, line.voucher_id, '')) AS voucher,
  min(line.account_code) AS account_code, max(used.lines) AS lines, max(used.round_lines) AS round_lines,
  max(line.voucher_date) AS voucher_date, max(line.currency) AS currency,
  CAST(sum(line.debit) AS DECIMAL(18, 2)) AS amount, list_sort(list(line.row_id)) AS journal_line_rows
FROM journal_line AS line
JOIN accounts_used AS used ON used.unit_id = line.unit_id
  AND used.account_code = line.account_code
  AND used.book_id IS NOT DISTINCT FROM line.book_id
  AND used.currency IS NOT DISTINCT FROM line.currency
WHERE coalesce(line.status, 'valid') = 'valid' AND line.side IS DISTINCT FROM 'budgetary'
  AND line.debit >= $multiple AND line.debit % nullif($multiple, 0) = 0
  AND NOT coalesce(line.is_closing, false)
  AND NOT regexp_matches(coalesce(line.description, ''), '结转|拨|借|备用金|押金|保证金|预付|定金|转存|提现|取现|额度|定期|存款|往来')
GROUP BY line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word, line.voucher_no, line.voucher_id
