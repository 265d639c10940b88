/*
id: duplicate_entry
title: {zh: 同一业务重复入账, en: The same entry was made twice}
status: stable
role: lead
level: high
basis: [accounting, isa240]
why:
  zh: 科目、金额、摘要都相同（零头金额的费用不论明细科目）而凭证不同，往往是同一张票据重复报销或同一笔款重复支付。
  en: Another voucher with the same account, amount and description is often one paper reimbursed, or one sum paid, twice.
not_when:
  zh: 每月固定发生的房租、工资、折旧等；摘要月份、批次、编号不同的；往来单位不同的；已冲回的；作废、结转凭证。同月多出一次的固定支出仍要核对。
  en: Rent, pay and depreciation of every month; other months, batches or numbers in the wording; other parties; what was reversed; void and closing entries. A monthly sum that comes twice in one month still counts.
ask:
  zh: 两张凭证的发票号码、收款人、银行回单，是否同一发票、有无退款。
  en: Invoice numbers, payees and bank slips of both, whether it is one invoice, and whether it came back.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') = 'valid' AND debit > 0"}
scope: lookback
params: {least_amount: 2000, window_days: 62, regular_periods: 3, most_copies: 6, least_likeness: 0.75}
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, period, voucher_word, voucher_no]
  amount: amount
  currency: currency
  on: voucher_date
reason:
  zh: "凭证{voucher}（{voucher_date}）与凭证{first_voucher}（{first_date}）科目{account_code}、同金额{amount}，摘要“{description}”与“{first_description}”相同或仅个别字不同。"
  en: "Voucher {voucher} ({voucher_date}) repeats voucher {first_voucher} ({first_date}): account {account_code}, {amount}, \"{description}\" and \"{first_description}\"."
remedy: |
  SELECT line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word,
    coalesce(line.voucher_no, line.voucher_id) AS voucher_no, list_sort(list(back.row_id)) AS journal_line_rows
  FROM journal_line AS line
  JOIN journal_line AS back ON back.unit_id = line.unit_id AND back.account_code = line.account_code
    AND back.book_id IS NOT DISTINCT FROM line.book_id AND back.currency IS NOT DISTINCT FROM line.currency
    AND coalesce(back.debit, 0) - coalesce(back.credit, 0) = -line.debit AND back.voucher_date >= line.voucher_date
  WHERE line.debit >= $least_amount AND coalesce(line.status, 'valid') = 'valid'
    AND coalesce(back.status, 'valid') = 'valid' AND NOT coalesce(back.is_closing, false)
    AND coalesce(back.description, '') NOT LIKE '%结转%'
  GROUP BY line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word, coalesce(line.voucher_no, line.voucher_id)
examples:
  - says: repeated a fortnight later, with a slip of the pen, and by a firm whose name sounds like a monthly bill; another party, another invoice, another month, reversed, void, small
    given:
      journal_line:
        - &line {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "0010", voucher_date: 2025-03-12, account_code: "500101", description: 支付办公楼维修费, debit: 8600.00, credit: 0.00, side: financial}
        - {<<: *line, account_code: "1002", debit: 0.00, credit: 8600.00}
        - {<<: *line, voucher_no: "0031", voucher_date: 2025-03-27}
        - {<<: *line, voucher_no: "0031", voucher_date: 2025-03-27, account_code: "1002", debit: 0.00, credit: 8600.00}
        - {<<: *line, voucher_no: "0031", voucher_date: 2025-03-27, account_code: "7201", side: budgetary}
        - {<<: *line, voucher_no: "0011", description: 购置会议室音响设备, debit: 12345.60}
        - {<<: *line, voucher_no: "0002", period: 4, voucher_date: 2025-04-20, description: "购置会议室音响设配 。", debit: 12345.60}
        - {<<: *line, voucher_no: "0012", description: 付讲课费, debit: 1500.00, counterparty: 甲}
        - {<<: *line, voucher_no: "0013", description: 付讲课费, debit: 1500.00, counterparty: 乙}
        - {<<: *line, voucher_no: "0014", description: 付货款发票号01233, debit: 1600.00}
        - {<<: *line, voucher_no: "0015", description: 付货款发票号01234, debit: 1600.00}
        - {<<: *line, voucher_no: "0016", description: 付3月份房租, debit: 9100.00}
        - {<<: *line, voucher_no: "0016", period: 4, voucher_date: 2025-04-12, description: 付4月份房租, debit: 9100.00}
        - {<<: *line, voucher_no: "0017", description: 付修车费, debit: 1700.00}
        - {<<: *line, voucher_no: "0018", description: 付修车费, debit: 1700.00}
        - {<<: *line, voucher_no: "0019", description: 冲回付修车费, debit: -1700.00}
        - {<<: *line, voucher_no: "0020", description: 付广告费, debit: 1800.00}
        - {<<: *line, voucher_no: "0021", description: 付广告费, debit: 1800.00, status: void}
        - {<<: *line, voucher_no: "0022", description: 付停车费, debit: 18.00}
        - {<<: *line, voucher_no: "0023", description: 付停车费, debit: 18.00}
        - {<<: *line, voucher_no: "0024", description: 付广告费, debit: 1800.00, unit_id: U2}
        - {<<: *line, voucher_no: "0025", description: 付宣传册款, debit: 2800.00}
        - {<<: *line, voucher_no: "0025", description: 付宣传册款, debit: 2800.00, department: 二科}
        - {<<: *line, voucher_no: "0028", description: 付嘉正水电安装有限公司宣传栏制作费, debit: 36437.54}
        - {<<: *line, voucher_no: "0006", period: 4, voucher_date: 2025-04-09, description: 付嘉正水电安装有限公司宣传栏制作款, debit: 36437.54}
        - {<<: *line, voucher_no: "0026", description: "李娟出差归来报账,冲借款", debit: 3020.00}
        - {<<: *line, voucher_no: "0027", description: "王建军出差归来报账,冲借款", debit: 3020.00}
        - {<<: *line, voucher_no: "0029", account_code: "50010203", description: 付鼎盛水暖经营部管道改造, debit: 33918.40}
        - {<<: *line, voucher_no: "0007", period: 4, voucher_date: 2025-04-16, account_code: "50010201", description: 付鼎盛水暖管道改造款, debit: 33918.40}
        - {<<: *line, voucher_no: "0030", account_code: "50010203", description: 付甲公司标识牌, debit: 7318.40}
        - {<<: *line, voucher_no: "0032", account_code: "50010201", description: 付甲公司标识牌（调整科目）, debit: 7318.40}
        - {<<: *line, voucher_no: "0032", account_code: "50010203", description: 付甲公司标识牌（调整科目）, debit: 0.00, credit: 7318.40}
    expect:
      - {unit_id: U1, period: 4, voucher_no: "0007", amount: 33918.40, account_code: 50010201、50010203}
      - {unit_id: U1, voucher_no: "0031", amount: 8600.00, first_voucher: 记0010}
      - {unit_id: U1, period: 4, voucher_no: "0002", amount: 12345.60, first_voucher: 记0011}
      - {unit_id: U1, period: 4, voucher_no: "0006", amount: 36437.54, first_voucher: 记0028}
  - says: the second sum came back a year later, which answers it
    given:
      journal_line:
        - &paid {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "0010", voucher_date: 2025-03-12, account_code: "500101", description: 支付办公楼维修费, debit: 8600.00, credit: 0.00, side: financial}
        - {<<: *paid, voucher_no: "0031", voucher_date: 2025-03-27}
        - {<<: *paid, fiscal_year: 2026, period: 4, voucher_no: "0007", voucher_date: 2026-04-02, description: 收回重复支付款, debit: 0.00, credit: 8600.00}
    expect:
      - {unit_id: U1, voucher_no: "0031", amount: 8600.00}
    remedied:
      - {unit_id: U1, fiscal_year: 2025, voucher_no: "0031"}
      - {unit_id: U1, fiscal_year: 2025, voucher_no: "0010"}
  - says: the rent of every month is no repetition, but twice in April is
    given:
      journal_line:
        - &rent {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 1, voucher_word: 记, voucher_no: "1", voucher_date: 2025-01-10, account_code: "6602", description: 付房租, debit: 5000.00, credit: 0.00}
        - {<<: *rent, period: 2, voucher_date: 2025-02-10}
        - {<<: *rent, period: 3, voucher_date: 2025-03-10}
        - {<<: *rent, period: 4, voucher_date: 2025-04-10}
        - {<<: *rent, period: 4, voucher_date: 2025-04-28, voucher_no: "9"}
        - {<<: *rent, period: 5, voucher_date: 2025-05-10}
    expect:
      - {unit_id: U1, period: 4, voucher_no: "9", amount: 5000.00}
*/
WITH RECURSIVE places (place) AS (
  SELECT 1 AS place
  UNION ALL
  SELECT place + 1 AS place FROM places WHERE place < 60
),
-- A second copy is put on another kind of expense, so that the account does not show it; a sum that is not round is known without it.
sums_that_return AS (
  SELECT unit_id, CASE WHEN debit % 100 <> 0 AND (left(account_code, 1) = '5' OR left(account_code, 2) IN ('64', '66')) THEN 'spending'
      ELSE account_code END AS account_code, debit
  FROM journal_line
  WHERE debit >= $least_amount AND coalesce(status, 'valid') = 'valid' AND side IS DISTINCT FROM 'budgetary'
  GROUP BY unit_id, CASE WHEN debit % 100 <> 0 AND (left(account_code, 1) = '5' OR left(account_code, 2) IN ('64', '66')) THEN 'spending'
      ELSE account_code END, debit
  HAVING count(*) > 1 AND (count(*) <= $most_copies OR count(*) < 1.5 * (max(fiscal_year * 12 + period) - min(fiscal_year * 12 + period) + 1))
),
candidates AS (
  SELECT line.unit_id, line.book_id, again.account_code, line.currency, line.debit, line.fiscal_year, line.period,
    line.voucher_word, coalesce(line.voucher_no, line.voucher_id) AS voucher_no, line.voucher_date, line.counterparty,
    line.department, line.description, line.row_id,
    regexp_replace(coalesce(line.description, ''), '[ ,.;:!?。，、；：！？…·_/()（）—~*#=+-]', '', 'g') AS wording,
    regexp_replace(coalesce(line.description, ''), '[^0-9一二三四五六七八九十上下甲乙丙丁]', '', 'g') AS numerals
  FROM journal_line AS line
  JOIN sums_that_return AS again ON again.unit_id = line.unit_id AND again.debit = line.debit
    AND again.account_code = CASE WHEN line.debit % 100 <> 0 AND (left(line.account_code, 1) = '5' OR left(line.account_code, 2) IN ('64', '66')) THEN 'spending'
      ELSE line.account_code END
  WHERE line.debit >= $least_amount AND coalesce(line.status, 'valid') = 'valid' AND line.side IS DISTINCT FROM 'budgetary'
    AND NOT coalesce(line.is_closing, false)
    AND coalesce(line.voucher_no, line.voucher_id) IS NOT NULL
),
-- Lines of one voucher are one occurrence; several equal lines in it are a division, not a repetition.
occurrences AS (
  SELECT unit_id, book_id, account_code, currency, debit, fiscal_year, period, voucher_word, voucher_no, wording, numerals,
    min(voucher_date) AS voucher_date, min(description) AS description, min(counterparty) AS counterparty, min(row_id) AS row_id,
    count(*) AS lines
  FROM candidates
  GROUP BY unit_id, book_id, account_code, currency, debit, fiscal_year, period, voucher_word, voucher_no, wording, numerals
  HAVING NOT regexp_matches(wording, '结转|冲回|冲销|红字|更正|计提|折旧|摊销|备用金|提取现金|提现|取现|存现|存入现金')
),
occurrences_counted AS (
  SELECT unit_id, book_id, account_code, currency, debit, fiscal_year, period, voucher_word, voucher_no, wording, numerals,
    voucher_date, description, counterparty, row_id,
    count(*) OVER (PARTITION BY unit_id, book_id, account_code, currency, debit) AS times,
    max(fiscal_year * 12 + period) OVER (PARTITION BY unit_id, book_id, account_code, currency, debit)
      - min(fiscal_year * 12 + period) OVER (PARTITION BY unit_id, book_id, account_code, currency, debit) + 1 AS periods_spanned
  FROM occurrences
),
pairs AS (
  SELECT two.unit_id, two.book_id, two.account_code, two.currency, two.debit, two.fiscal_year, two.period, two.voucher_word,
    two.voucher_no, two.voucher_date, two.description, two.row_id, one.row_id AS first_row_id,
    concat(coalesce(one.voucher_word, ''), one.voucher_no) AS first_voucher, one.voucher_date AS first_date,
    one.description AS first_description, one.wording = two.wording AS is_same_wording
  FROM occurrences_counted AS two
  JOIN occurrences_counted AS one ON one.unit_id = two.unit_id AND one.account_code = two.account_code
    AND one.debit = two.debit AND one.book_id IS NOT DISTINCT FROM two.book_id
    AND one.currency IS NOT DISTINCT FROM two.currency
    AND (one.voucher_date < two.voucher_date OR (one.voucher_date = two.voucher_date AND one.row_id < two.row_id))
    AND (one.voucher_no <> two.voucher_no OR one.voucher_word IS DISTINCT FROM two.voucher_word
      OR one.fiscal_year <> two.fiscal_year OR one.period <> two.period)
  WHERE date_diff('day', one.voucher_date, two.voucher_date) <= $window_days
    AND one.wording <> '' AND one.numerals = two.numerals
    AND (one.counterparty IS NULL OR two.counterparty IS NULL OR one.counterparty = two.counterparty)
    -- Wordings that begin with a name, not with what was done, are of two people where the names differ.
    AND (left(one.wording, 2) = left(two.wording, 2)
      OR regexp_matches(left(one.wording, 1) || left(two.wording, 1), '[付支购买报收退补冲代预拨交发给转还列缴划]|[A-Za-z0-9]'))
    AND (two.times < $regular_periods OR (one.fiscal_year = two.fiscal_year AND one.period = two.period)
      OR two.times > 1.5 * two.periods_spanned)
    AND (one.fiscal_year = two.fiscal_year AND one.period = two.period
      OR NOT regexp_matches(regexp_replace(two.wording, '[一-龥]{2,14}公司', '', 'g'), '工资|薪|津贴|补贴|补助|房租|租金|租赁|折旧|摊销|电费|水费|水电|电话|网络|通讯|物业|社保|养老|医保|保险|公积金|利息|服务费|托管|保洁|保安|会费'))
),
-- A slip of the pen leaves most characters in common; counted per character, so that it means the same on every engine.
letters AS (
  SELECT held.row_id, substr(held.wording, places.place, 1) AS letter
  FROM occurrences AS held
  SEMI JOIN (
    SELECT row_id FROM pairs WHERE NOT is_same_wording
    UNION
    SELECT first_row_id AS row_id FROM pairs WHERE NOT is_same_wording
  ) AS unlike ON unlike.row_id = held.row_id
  JOIN places ON places.place <= length(held.wording)
  GROUP BY held.row_id, substr(held.wording, places.place, 1)
),
letter_counts AS (
  SELECT row_id, count(*) AS letters
  FROM letters
  GROUP BY row_id
),
alike AS (
  SELECT pairs.row_id, pairs.first_row_id
  FROM pairs
  JOIN letters AS letter_of_one ON letter_of_one.row_id = pairs.first_row_id
  JOIN letters AS letter_of_two ON letter_of_two.row_id = pairs.row_id AND letter_of_two.letter = letter_of_one.letter
  JOIN letter_counts AS count_of_one ON count_of_one.row_id = pairs.first_row_id
  JOIN letter_counts AS count_of_two ON count_of_two.row_id = pairs.row_id
  WHERE NOT pairs.is_same_wording
  GROUP BY pairs.row_id, pairs.first_row_id, count_of_one.letters, count_of_two.letters
  HAVING 2 * count(*) >= $least_likeness * (count_of_one.letters + count_of_two.letters)
),
nearest_pairs AS (
  SELECT pairs.unit_id, pairs.book_id, pairs.account_code, pairs.currency, pairs.debit, pairs.fiscal_year, pairs.period,
    pairs.voucher_word, pairs.voucher_no, pairs.voucher_date, pairs.description, pairs.row_id, pairs.first_row_id,
    pairs.first_voucher, pairs.first_date, pairs.first_description
  FROM pairs
  LEFT JOIN alike ON alike.row_id = pairs.row_id AND alike.first_row_id = pairs.first_row_id
  WHERE pairs.is_same_wording OR alike.row_id IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY pairs.row_id ORDER BY pairs.first_date DESC, pairs.first_row_id DESC) = 1
),
reversed_sums AS (
  SELECT pair.row_id
  FROM nearest_pairs AS pair
  JOIN journal_line AS line ON line.unit_id = pair.unit_id AND (line.account_code = pair.account_code
      OR pair.account_code = 'spending' AND (left(line.account_code, 1) = '5' OR left(line.account_code, 2) IN ('64', '66')))
    AND line.book_id IS NOT DISTINCT FROM pair.book_id AND line.currency IS NOT DISTINCT FROM pair.currency
    AND coalesce(line.debit, 0) - coalesce(line.credit, 0) = -pair.debit
  WHERE coalesce(line.status, 'valid') = 'valid' AND NOT coalesce(line.is_closing, false)
    AND coalesce(line.description, '') NOT LIKE '%结转%' AND line.voucher_date >= pair.first_date
    AND date_diff('day', pair.first_date, line.voucher_date) <= $window_days * 3
  GROUP BY pair.row_id
),
repeated_lines AS (
  SELECT pair.unit_id, pair.book_id, pair.account_code, pair.currency, pair.debit, pair.fiscal_year, pair.period,
    pair.voucher_word, pair.voucher_no, pair.voucher_date, pair.description, pair.row_id, pair.first_row_id,
    pair.first_voucher, pair.first_date, pair.first_description
  FROM nearest_pairs AS pair
  ANTI JOIN reversed_sums AS back ON back.row_id = pair.row_id
),
rows_of_both AS (
  SELECT unit_id, book_id, account_code, currency, debit, fiscal_year, period, voucher_word, voucher_no, voucher_date, description,
    first_voucher, first_date, first_description, row_id
  FROM repeated_lines
  UNION ALL
  SELECT unit_id, book_id, account_code, currency, 0 AS debit, fiscal_year, period, voucher_word, voucher_no, voucher_date,
    description, first_voucher, first_date, first_description, first_row_id AS row_id
  FROM repeated_lines
)
SELECT both_rows.unit_id, both_rows.book_id, both_rows.fiscal_year, both_rows.period, both_rows.voucher_word, both_rows.voucher_no,
  concat(coalesce(both_rows.voucher_word, ''), both_rows.voucher_no) AS voucher, max(both_rows.voucher_date) AS voucher_date,
  array_to_string(list_sort(list(DISTINCT line.account_code) FILTER (WHERE line.account_code IS NOT NULL)), '、') AS account_code,
  min(both_rows.first_voucher) AS first_voucher, min(both_rows.first_date) AS first_date,
  min(both_rows.description) AS description, min(both_rows.first_description) AS first_description,
  max(both_rows.currency) AS currency, CAST(sum(both_rows.debit) AS DECIMAL(18, 2)) AS amount,
  list_sort(list(both_rows.row_id)) AS journal_line_rows
FROM rows_of_both AS both_rows
JOIN journal_line AS line ON line.row_id = both_rows.row_id
GROUP BY both_rows.unit_id, both_rows.book_id, both_rows.fiscal_year, both_rows.period, both_rows.voucher_word, both_rows.voucher_no
