/*
id: no_or_vague_description
title: {zh: 摘要空白或含糊, en: "No description, or a vague one"}
status: stable
role: corroborates
level: low
basis: [isa240]
why:
  zh: 整张凭证的摘要空白或只写“付款”“调整”，看不出为什么花这笔钱。
  en: When all lines of a voucher say nothing or only "payment" or "adjustment", nobody can tell what the money was for.
not_when:
  zh: 只在首行写摘要的账套，首行写清即可；整本账都不写摘要或导出时未带摘要的，只提示一次。
  en: Books that describe the first line only; where the whole book has no descriptions it is told once.
ask:
  zh: 原始单据和审批单，补充说明业务内容。
  en: The original papers and approvals that say what it was.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') = 'valid'"}
max_share: 1
scope: year
params: {habit_share: 0.4}
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, period, voucher_word, voucher_no]
  amount: amount
  currency: currency
  on: voucher_date
reason:
  zh: "{fiscal_year}年凭证{voucher}摘要为“{description}”，{vouchers}张凭证，借方{amount}，看不出业务内容。"
  en: "{fiscal_year}, voucher {voucher}: the description is \"{description}\" ({vouchers} vouchers); debits {amount}."
examples:
  - says: blank, vague and only marks; a voucher described in its first line, a plain one, a void one
    given:
      journal_line:
        - &line {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "1", voucher_date: 2025-03-05, account_code: "5001", debit: 80.00, credit: 0.00}
        - {<<: *line, account_code: "1002", debit: 0.00, credit: 80.00, description: " "}
        - {<<: *line, voucher_no: "2", description: 调整, debit: 99.00}
        - {<<: *line, voucher_no: "3", description: "。。。", debit: 12.00}
        - {<<: *line, voucher_no: "4", description: 支付一季度办公楼电费}
        - {<<: *line, voucher_no: "4", account_code: "1002", debit: 0.00, credit: 80.00}
        - {<<: *line, voucher_no: "5", description: 工资}
        - {<<: *line, voucher_no: "6", status: void}
        - {<<: *line, voucher_no: "7", description: 报销差旅费}
        - {<<: *line, voucher_no: "8", description: 报销差旅费}
        - {<<: *line, voucher_no: "9", description: 报销差旅费}
        - {<<: *line, voucher_no: "10", description: 报销差旅费}
        - {<<: *line, voucher_no: "11", description: 报销差旅费}
        - {<<: *line, voucher_no: "12", description: 报销差旅费}
    expect:
      - {voucher_no: "1", amount: 80.00}
      - {voucher_no: "2", amount: 99.00, description: 调整}
      - {voucher_no: "3"}
  - says: a book without any description is one lead
    given:
      journal_line:
        - &blank {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "1", voucher_date: 2025-03-05, account_code: "5001", debit: 80.00}
        - {<<: *blank, voucher_no: "2"}
        - {<<: *blank, voucher_no: "3", description: 付三月份电费}
    expect:
      - {voucher_no: null, vouchers: 2, amount: 160.00}
*/
WITH vague_words AS (
  SELECT word
  FROM (VALUES (''), ('其他'), ('其它'), ('调整'), ('调账'), ('付款'), ('收款'), ('转账'), ('转款'), ('往来'), ('往来款'), ('冲账'),
    ('冲销'), ('补记'), ('补录'), ('更正'), ('费用'), ('报销'), ('款项'), ('支付'), ('支出'), ('支款'), ('收入'), ('付'), ('收'), ('转'),
    ('付款项'), ('其他款'), ('其他支出'), ('其他费用'), ('相关费用'), ('杂费'), ('杂项'), ('同上'), ('见附件'), ('详见附件'), ('业务'), ('划款'), ('无'),
    ('测试'), ('misc'), ('other'), ('various'), ('adjustment'), ('payment'), ('test'), ('na'), ('sundry'), ('correction'), ('transfer'))
    AS vague (word)
),
-- Long descriptions say something; only the short ones are worth looking up.
vague_descriptions AS (
  SELECT short.description
  FROM (
    SELECT description FROM journal_line WHERE length(description) <= 12 GROUP BY description
  ) AS short
  JOIN vague_words ON vague_words.word = regexp_replace(lower(short.description), '[ 0-9.,;:!?。，、；：！？…·_/()（）—~*#=+-]', '', 'g')
),
vouchers_to_look_at AS (
  SELECT line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word,
    coalesce(line.voucher_no, line.voucher_id) AS voucher_no
  FROM journal_line AS line
  LEFT JOIN vague_descriptions AS vague ON vague.description = line.description
  WHERE coalesce(line.status, 'valid') = 'valid' AND coalesce(line.voucher_no, line.voucher_id) IS NOT NULL
    AND (line.description IS NULL OR length(line.description) <= 12)
    AND (line.description IS NULL OR vague.description IS NOT NULL)
  GROUP BY line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word,
    coalesce(line.voucher_no, line.voucher_id)
),
lines_to_look_at AS (
  SELECT line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word,
    coalesce(line.voucher_no, line.voucher_id) AS voucher_no, line.description
  FROM journal_line AS line
  SEMI JOIN vouchers_to_look_at AS looked ON looked.unit_id = line.unit_id
    AND looked.book_id IS NOT DISTINCT FROM line.book_id
    AND looked.fiscal_year IS NOT DISTINCT FROM line.fiscal_year
    AND looked.period IS NOT DISTINCT FROM line.period
    AND looked.voucher_word IS NOT DISTINCT FROM line.voucher_word
    AND looked.voucher_no = coalesce(line.voucher_no, line.voucher_id)
  WHERE coalesce(line.status, 'valid') = 'valid'
),
voucher_words AS (
  SELECT line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word, line.voucher_no, max(line.description) AS description, count(*) AS lines,
    count(*) FILTER (WHERE line.description IS NOT NULL AND vague.description IS NULL) = 0 AS is_vague
  FROM lines_to_look_at AS line
  LEFT JOIN vague_descriptions AS vague ON vague.description = line.description
  GROUP BY line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word, line.voucher_no
),
book_lines AS (
  SELECT unit_id, book_id, fiscal_year, count(*) AS lines
  FROM journal_line
  WHERE coalesce(status, 'valid') = 'valid'
  GROUP BY unit_id, book_id, fiscal_year
),
book_years AS (
  SELECT words.unit_id, words.book_id, words.fiscal_year,
    sum(words.lines) > $habit_share * max(book.lines) AS is_habit
  FROM voucher_words AS words
  JOIN book_lines AS book ON book.unit_id = words.unit_id AND book.book_id IS NOT DISTINCT FROM words.book_id
    AND book.fiscal_year IS NOT DISTINCT FROM words.fiscal_year
  WHERE words.is_vague
  GROUP BY words.unit_id, words.book_id, words.fiscal_year
),
vague_vouchers AS (
  SELECT voucher.unit_id, voucher.book_id, voucher.fiscal_year, voucher.period, voucher.voucher_word, voucher.voucher_no,
    voucher.description, book.is_habit
  FROM voucher_words AS voucher
  JOIN book_years AS book ON book.unit_id = voucher.unit_id
    AND book.book_id IS NOT DISTINCT FROM voucher.book_id
    AND book.fiscal_year IS NOT DISTINCT FROM voucher.fiscal_year
  WHERE voucher.is_vague
),
vague_lines AS (
  SELECT vague.unit_id, vague.book_id, vague.fiscal_year,
    CASE WHEN NOT vague.is_habit THEN vague.period END AS period,
    CASE WHEN NOT vague.is_habit THEN vague.voucher_word END AS voucher_word,
    CASE WHEN NOT vague.is_habit THEN vague.voucher_no END AS voucher_no,
    concat(vague.period, '/', coalesce(vague.voucher_word, ''), vague.voucher_no) AS one_voucher,
    vague.description, line.debit, line.side, line.currency, line.voucher_date, line.row_id
  FROM journal_line AS line
  JOIN vague_vouchers AS vague ON line.unit_id = vague.unit_id
    AND line.book_id IS NOT DISTINCT FROM vague.book_id
    AND line.fiscal_year IS NOT DISTINCT FROM vague.fiscal_year
    AND line.period IS NOT DISTINCT FROM vague.period
    AND line.voucher_word IS NOT DISTINCT FROM vague.voucher_word
    AND coalesce(line.voucher_no, line.voucher_id) = vague.voucher_no
  WHERE coalesce(line.status, 'valid') = 'valid'
)
SELECT unit_id, book_id, fiscal_year, period, voucher_word, voucher_no,
  CASE WHEN voucher_no IS NULL THEN '—' ELSE concat(coalesce(voucher_word, ''), voucher_no) END AS voucher,
  coalesce(max(description), '') AS description, count(DISTINCT one_voucher) AS vouchers,
  max(voucher_date) AS voucher_date, max(currency) AS currency,
  CAST(greatest(sum(coalesce(debit, 0)) FILTER (WHERE side IS DISTINCT FROM 'budgetary'),
    sum(coalesce(debit, 0)) FILTER (WHERE side = 'budgetary'), 0) AS DECIMAL(18, 2)) AS amount,
  list_sort(list(row_id)) AS journal_line_rows
FROM vague_lines
GROUP BY unit_id, book_id, fiscal_year, period, voucher_word, voucher_no
