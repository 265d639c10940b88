/*
id: rare_account_pair
title: {zh: 科目对应关系罕见, en: Two accounts that hardly ever meet}
status: stable
role: corroborates
level: low
basis: [isa240]
why:
  zh: 两个科目各自常用，却几乎从不互为借贷，偶然出现一次，可能是错用科目或借转账掩盖去向。
  en: Two accounts that are both in daily use but hardly ever meet may hide where money went, or be a wrong account.
not_when:
  zh: 结转凭证、更正凭证；预算会计分录随财务会计而生，不另判断；样本太小、按两科目使用频率本就不该相遇的不报。
  en: Closing and correcting entries; budgetary lines, which follow the financial ones; pairs that by chance alone would not be expected to meet.
ask:
  zh: 该笔业务的合同、审批和附件，为何使用这一对应关系。
  en: Contract, approval and attachments, and why these two accounts were used.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') = 'valid' AND side IS DISTINCT FROM 'budgetary'"}
scope: all
params: {most_times: 2, least_expected: 5}
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, period, voucher_word, voucher_no]
  amount: amount
  currency: currency
  on: voucher_date
reason:
  zh: "凭证{voucher}借{debit_account}、贷{credit_account}，全部期间仅出现{times}次，按各自频率应有约{expected}次。"
  en: "Voucher {voucher} debits {debit_account} and credits {credit_account}, which meet {times} times where about {expected} would be expected."
examples:
  - says: expense and bank, stock and payable go together; once an expense meets the payable
    given:
      journal_line: [
        &debit {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "1", voucher_date: 2025-03-05, account_code: "500101", debit: 80.00, credit: 0.00},
        &credit {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "1", voucher_date: 2025-03-05, account_code: "100201", debit: 0.00, credit: 80.00},
        {<<: *debit, voucher_no: "2"}, {<<: *credit, voucher_no: "2"}, {<<: *debit, voucher_no: "3"}, {<<: *credit, voucher_no: "3"}, {<<: *debit, voucher_no: "4"}, {<<: *credit, voucher_no: "4"},
        {<<: *debit, voucher_no: "5"}, {<<: *credit, voucher_no: "5"}, {<<: *debit, voucher_no: "6"}, {<<: *credit, voucher_no: "6"}, {<<: *debit, voucher_no: "7"}, {<<: *credit, voucher_no: "7"},
        {<<: *debit, voucher_no: "8"}, {<<: *credit, voucher_no: "8"}, {<<: *debit, voucher_no: "9"}, {<<: *credit, voucher_no: "9"}, {<<: *debit, voucher_no: "10"}, {<<: *credit, voucher_no: "10"},
        {<<: *debit, voucher_no: "11", account_code: "1302"}, {<<: *credit, voucher_no: "11", account_code: "2302"}, {<<: *debit, voucher_no: "12", account_code: "1302"},
        {<<: *credit, voucher_no: "12", account_code: "2302"}, {<<: *debit, voucher_no: "13", account_code: "1302"}, {<<: *credit, voucher_no: "13", account_code: "2302"},
        {<<: *debit, voucher_no: "14", account_code: "1302"}, {<<: *credit, voucher_no: "14", account_code: "2302"}, {<<: *debit, voucher_no: "15", account_code: "1302"},
        {<<: *credit, voucher_no: "15", account_code: "2302"}, {<<: *debit, voucher_no: "16", account_code: "1302"}, {<<: *credit, voucher_no: "16", account_code: "2302"},
        {<<: *debit, voucher_no: "17", account_code: "1302"}, {<<: *credit, voucher_no: "17", account_code: "2302"}, {<<: *debit, voucher_no: "18", account_code: "1302"},
        {<<: *credit, voucher_no: "18", account_code: "2302"}, {<<: *debit, voucher_no: "19", account_code: "1302"}, {<<: *credit, voucher_no: "19", account_code: "2302"},
        {<<: *debit, voucher_no: "20", account_code: "1302"}, {<<: *credit, voucher_no: "20", account_code: "2302"}, {<<: *debit, voucher_no: "21", debit: 5600.00},
        {<<: *credit, voucher_no: "21", account_code: "2302", credit: 5600.00}, {<<: *debit, voucher_no: "22", account_code: "1601"}, {<<: *credit, voucher_no: "22"},
        {<<: *debit, voucher_no: "23", account_code: "1302", status: void}, {<<: *credit, voucher_no: "23", status: void}, {<<: *debit, voucher_no: "24", account_code: "1302", description: 结转成本},
        {<<: *credit, voucher_no: "24", description: 结转成本}]
    expect:
      - {unit_id: U1, voucher_no: "21", debit_account: "5001", credit_account: "2302", times: 1, amount: 5600.00}
*/
WITH voucher_pairs AS (
  SELECT unit_id, book_id, fiscal_year, period, voucher_word, coalesce(voucher_no, voucher_id) AS voucher_no,
    left(arg_max(account_code, debit) FILTER (WHERE debit > 0), 4) AS debit_account,
    left(arg_max(account_code, credit) FILTER (WHERE credit > 0), 4) AS credit_account
  FROM journal_line
  WHERE coalesce(status, 'valid') = 'valid' AND side IS DISTINCT FROM 'budgetary' AND NOT coalesce(is_closing, false)
    AND coalesce(description, '') NOT LIKE '%结转%' AND coalesce(voucher_no, voucher_id) IS NOT NULL
  GROUP BY unit_id, book_id, fiscal_year, period, voucher_word, coalesce(voucher_no, voucher_id)
),
pair_counts AS (
  SELECT unit_id, debit_account, credit_account, count(*) AS times
  FROM voucher_pairs
  WHERE debit_account IS NOT NULL AND credit_account IS NOT NULL
  GROUP BY unit_id, debit_account, credit_account
),
pairs_and_accounts AS (
  SELECT unit_id, debit_account, credit_account, times,
    sum(times) OVER (PARTITION BY unit_id, debit_account) AS debit_times,
    sum(times) OVER (PARTITION BY unit_id, credit_account) AS credit_times,
    sum(times) OVER (PARTITION BY unit_id) AS vouchers
  FROM pair_counts
),
rare_pairs AS (
  SELECT unit_id, debit_account, credit_account, times,
    round(CAST(debit_times AS DOUBLE) * credit_times / nullif(vouchers, 0), 1) AS expected
  FROM pairs_and_accounts
  WHERE times <= $most_times AND debit_account <> credit_account
    AND CAST(debit_times AS DOUBLE) * credit_times >= $least_expected * vouchers
),
rare_vouchers AS (
  SELECT voucher.unit_id, voucher.book_id, voucher.fiscal_year, voucher.period, voucher.voucher_word, voucher.voucher_no,
    min(rare.debit_account) AS debit_account, min(rare.credit_account) AS credit_account, min(rare.times) AS times,
    max(rare.expected) AS expected
  FROM voucher_pairs AS voucher
  JOIN rare_pairs AS rare ON rare.unit_id = voucher.unit_id
    AND rare.debit_account = voucher.debit_account AND rare.credit_account = voucher.credit_account
  GROUP BY voucher.unit_id, voucher.book_id, voucher.fiscal_year, voucher.period, voucher.voucher_word, voucher.voucher_no
)
SELECT rare.unit_id, rare.book_id, rare.fiscal_year, rare.period, rare.voucher_word, rare.voucher_no,
  concat(coalesce(rare.voucher_word, ''), rare.voucher_no) AS voucher, rare.debit_account, rare.credit_account,
  rare.times, rare.expected,
  CAST(max(line.debit) FILTER (WHERE line.side IS DISTINCT FROM 'budgetary') AS DECIMAL(18, 2)) AS amount,
  max(line.currency) AS currency, max(line.voucher_date) AS voucher_date, list_sort(list(line.row_id)) AS journal_line_rows
FROM rare_vouchers AS rare
JOIN journal_line AS line ON line.unit_id = rare.unit_id
  AND line.book_id IS NOT DISTINCT FROM rare.book_id
  AND line.fiscal_year IS NOT DISTINCT FROM rare.fiscal_year
  AND line.period IS NOT DISTINCT FROM rare.period
  AND line.voucher_word IS NOT DISTINCT FROM rare.voucher_word
  AND coalesce(line.voucher_no, line.voucher_id) = rare.voucher_no
WHERE coalesce(line.status, 'valid') = 'valid'
GROUP BY rare.unit_id, rare.book_id, rare.fiscal_year, rare.period, rare.voucher_word, rare.voucher_no,
  rare.debit_account, rare.credit_account, rare.times, rare.expected
