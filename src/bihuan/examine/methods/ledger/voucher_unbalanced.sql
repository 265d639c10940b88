/*
id: voucher_unbalanced
title: {zh: 凭证借贷不平, en: A voucher's debits and credits differ}
status: stable
role: lead
level: high
basis: [accounting]
why:
  zh: 有借必有贷、借贷必相等。凭证不平，说明分录被删改、导出不完整，或者平行记账时有一侧记错，账上数字不可信。
  en: Every voucher must balance. One that does not was altered, is incomplete, or has one side of the parallel accounts wrong.
not_when:
  zh: 作废和有错凭证不计；外币兑换凭证各币种一借一贷，不在此列；表外单式记账的科目除外。
  en: Void and faulty vouchers do not count; an exchange of currencies shows one currency in and another out; single-entry memorandum accounts.
ask:
  zh: 调阅原始凭证和附件，核对财务系统内该凭证的全部分录，并查操作日志中的修改、删除记录。
  en: The paper voucher with its attachments, all its lines in the accounting system, and the log of changes.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') = 'valid'"}
scope: year
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, period, voucher_word, voucher_no]
  amount: difference
  currency: currency
  on: voucher_date
reason:
  zh: "{fiscal_year}年{period}期凭证{voucher}借贷相差{difference}（{currency}），不平的一侧：{unbalanced_side}。"
  en: "Voucher {voucher} of {fiscal_year}, period {period}: debits and credits differ by {difference} {currency} on the side: {unbalanced_side}."
examples:
  - says: one short credit; a balanced voucher, a void one and a red-letter one beside it
    given:
      journal_line:
        - &line {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "0001", voucher_date: 2025-03-05, account_code: "5001", debit: 800.00, credit: 0.00, currency: CNY, side: financial, status: valid}
        - {<<: *line, account_code: "1002", debit: 0.00, credit: 800.00}
        - {<<: *line, voucher_no: "0002", debit: 1200.50}
        - {<<: *line, voucher_no: "0002", account_code: "1002", debit: 0.00, credit: 1200.05}
        - {<<: *line, voucher_no: "0003", debit: 77.00, status: void}
        - {<<: *line, voucher_no: "0004", debit: -50.00}
        - {<<: *line, voucher_no: "0004", account_code: "1002", debit: 0.00, credit: -50.00}
        - {<<: *line, unit_id: U2, voucher_no: "0002", debit: 300.00}
        - {<<: *line, unit_id: U2, voucher_no: "0002", account_code: "1002", debit: 0.00, credit: 300.00}
        - {<<: *line, book_id: "002", voucher_no: "0002", debit: 10.00}
        - {<<: *line, book_id: "002", voucher_no: "0002", account_code: "1002", debit: 0.00, credit: 10.00}
    expect:
      - {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_no: "0002", difference: 0.45}
  - says: the whole balances but the financial side gives what the budgetary side lacks
    given:
      journal_line:
        - &side {unit_id: U1, book_id: null, fiscal_year: 2025, period: 4, voucher_word: null, voucher_no: "7", voucher_date: 2025-04-30, account_code: "5001", debit: 100.00, credit: 0.00, currency: CNY, side: financial}
        - {<<: *side, account_code: "1002", debit: 0.00, credit: 90.00}
        - {<<: *side, account_code: "7201", side: budgetary, debit: 90.00}
        - {<<: *side, account_code: "8001", side: budgetary, debit: 0.00, credit: 100.00}
        - {<<: *side, voucher_no: "8"}
        - {<<: *side, voucher_no: "8", account_code: "1002", debit: 0.00, credit: 100.00}
        - {<<: *side, voucher_no: "8", account_code: "7201", side: budgetary}
        - {<<: *side, voucher_no: "8", account_code: "8001", side: budgetary, debit: 0.00, credit: 100.00}
    expect:
      - {unit_id: U1, fiscal_year: 2025, period: 4, voucher_no: "7", difference: 10.00}
  - says: dollars are sold for yuan, which is no imbalance; a line in yuan without its other half is one
    given:
      journal_line:
        - &money {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 5, voucher_word: 记, voucher_no: "0009", voucher_date: 2025-05-06, account_code: "100201", debit: 7100.00, credit: 0.00, currency: CNY}
        - {<<: *money, account_code: "100202", debit: 0.00, credit: 1000.00, currency: USD}
        - {<<: *money, voucher_no: "0010", debit: 500.00}
        - {<<: *money, voucher_no: "0010", account_code: "100202", debit: 60.00, currency: USD}
        - {<<: *money, voucher_no: "0010", account_code: "5001", debit: 0.00, credit: 60.00, currency: USD}
    expect:
      - {unit_id: U1, voucher_no: "0010", difference: 500.00, currency: CNY}
*/
WITH currency_that_differs AS (
  SELECT unit_id, book_id, fiscal_year, period, voucher_word, coalesce(voucher_no, voucher_id) AS voucher_no, currency,
    sum(coalesce(debit, 0) - coalesce(credit, 0)) AS whole,
    CASE WHEN count(*) FILTER (WHERE side IS NULL) = 0
      THEN coalesce(sum(coalesce(debit, 0) - coalesce(credit, 0)) FILTER (WHERE side = 'budgetary'), 0) ELSE 0 END AS budgetary
  FROM journal_line
  WHERE coalesce(status, 'valid') = 'valid' AND coalesce(voucher_no, voucher_id) IS NOT NULL
  GROUP BY unit_id, book_id, fiscal_year, period, voucher_word, coalesce(voucher_no, voucher_id), currency
  HAVING sum(coalesce(debit, 0) - coalesce(credit, 0)) <> 0
    OR (count(*) FILTER (WHERE side IS NULL) = 0
      AND coalesce(sum(coalesce(debit, 0) - coalesce(credit, 0)) FILTER (WHERE side = 'budgetary'), 0) <> 0)
),
-- One currency in and another out is an exchange: the nets have different signs and say nothing.
unbalanced AS (
  SELECT unit_id, book_id, fiscal_year, period, voucher_word, voucher_no,
    arg_max(currency, greatest(abs(whole), abs(budgetary))) AS currency,
    max(greatest(abs(whole), abs(budgetary))) AS difference,
    count(*) FILTER (WHERE budgetary <> 0) AS budgetary_differs,
    count(*) FILTER (WHERE whole <> budgetary) AS financial_differs
  FROM currency_that_differs
  GROUP BY unit_id, book_id, fiscal_year, period, voucher_word, voucher_no
  HAVING count(*) = 1 OR min(whole) > 0 OR max(whole) < 0
)
SELECT unbalanced.unit_id, unbalanced.book_id, unbalanced.fiscal_year, unbalanced.period, unbalanced.voucher_word,
  unbalanced.voucher_no, concat(coalesce(unbalanced.voucher_word, ''), unbalanced.voucher_no) AS voucher,
  CAST(unbalanced.difference AS DECIMAL(18, 2)) AS difference, unbalanced.currency,
  max(line.voucher_date) AS voucher_date,
  CASE WHEN unbalanced.budgetary_differs = 0 THEN '财务会计 financial'
    WHEN unbalanced.financial_differs = 0 THEN '预算会计 budgetary'
    ELSE '财务会计和预算会计 financial and budgetary' END AS unbalanced_side,
  list_sort(list(line.row_id)) AS journal_line_rows
FROM unbalanced
JOIN journal_line AS line ON line.unit_id = unbalanced.unit_id
  AND line.book_id IS NOT DISTINCT FROM unbalanced.book_id
  AND line.fiscal_year IS NOT DISTINCT FROM unbalanced.fiscal_year
  AND line.period IS NOT DISTINCT FROM unbalanced.period
  AND line.voucher_word IS NOT DISTINCT FROM unbalanced.voucher_word
  AND coalesce(line.voucher_no, line.voucher_id) = unbalanced.voucher_no
WHERE coalesce(line.status, 'valid') = 'valid'
GROUP BY unbalanced.unit_id, unbalanced.book_id, unbalanced.fiscal_year, unbalanced.period, unbalanced.voucher_word,
  unbalanced.voucher_no, unbalanced.difference, unbalanced.currency, unbalanced.budgetary_differs, unbalanced.financial_differs
