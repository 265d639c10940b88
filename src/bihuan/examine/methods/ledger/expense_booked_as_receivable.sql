/*
id: expense_booked_as_receivable
title: {zh: 费用挂在往来（或以拨代支）, en: Spending stands among receivables}
status: stable
role: lead
level: medium
basis: [accounting]
why:
  zh: 招待、差旅、工资等费用记入应收款，当年不列支出；或年底把未用资金列支转入其他应付款，均使决算不实。
  en: Spending put among receivables escapes the year's account; unspent money expensed into other payables at year-end inflates it.
not_when:
  zh: 预借、备用金、押金、保证金、代垫、预付等真正的往来；规定日数内已报销冲账、收回或红冲的。
  en: True advances, floats, deposits and payments on another's behalf; what was cleared, returned or reversed within the days allowed.
ask:
  zh: 报销单据为何未列支，款项实际去向，当年预算和“三公”经费是否因此少报。
  en: Why it was not expensed, where the money went, and whether the budget or capped spending was understated by it.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') = 'valid'"}
scope: lookback
params: {clear_days: 90, least_amount: 500, year_end_days: 20}
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, period, voucher_word, voucher_no]
  amount: amount
  currency: currency
  on: voucher_date
reason:
  zh: "凭证{voucher}把“{description}”{amount}记入{account_code} {account_name}，{clear_days}天内未冲销。"
  en: "Voucher {voucher} posts \"{description}\", {amount}, to {account_code} {account_name}; it was not cleared within {clear_days} days."
remedy: |
  SELECT spent.unit_id, spent.book_id, spent.fiscal_year, spent.period, spent.voucher_word,
    coalesce(spent.voucher_no, spent.voucher_id) AS voucher_no, list_sort(list(clearing.row_id)) AS journal_line_rows
  FROM journal_line AS spent
  JOIN journal_line AS clearing ON clearing.unit_id = spent.unit_id AND clearing.account_code = spent.account_code
    AND clearing.book_id IS NOT DISTINCT FROM spent.book_id AND clearing.currency IS NOT DISTINCT FROM spent.currency
    AND coalesce(clearing.debit, 0) - coalesce(clearing.credit, 0) = coalesce(spent.credit, 0) - coalesce(spent.debit, 0)
    AND clearing.voucher_date >= spent.voucher_date
  WHERE coalesce(spent.status, 'valid') = 'valid' AND coalesce(clearing.status, 'valid') = 'valid'
    AND (coalesce(spent.debit, 0) >= $least_amount
        AND regexp_matches(spent.account_code, '^(1131|1133|1212|1214|1218|1221|1122|1123)')
      OR coalesce(spent.credit, 0) >= $least_amount AND regexp_matches(spent.account_code, '^(2307|2241|2305)'))
  GROUP BY spent.unit_id, spent.book_id, spent.fiscal_year, spent.period, spent.voucher_word,
    coalesce(spent.voucher_no, spent.voucher_id)
examples:
  - says: meals among receivables; an advance for a journey, an expense cleared in time, one still too fresh, a red-letter one, a void one
    given:
      journal_line:
        - &line {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "0010", voucher_date: 2025-03-12, account_code: "121801", account_name: 其他应收款, description: 支付公务接待餐费, debit: 8600.00, credit: 0.00}
        - {<<: *line, account_code: "1002", account_name: 银行存款, debit: 0.00, credit: 8600.00}
        - {<<: *line, voucher_no: "0011", description: 张三预借差旅费, debit: 3000.00}
        - {<<: *line, voucher_no: "0012", description: 垫付会议费, debit: 3100.00}
        - {<<: *line, voucher_no: "0013", description: 王五差旅费, debit: 2100.00}
        - {<<: *line, voucher_no: "0020", voucher_date: 2025-04-12, period: 4, description: 报销冲账, debit: 0.00, credit: 2100.00}
        - {<<: *line, voucher_no: "0014", description: 支付维修费, debit: 1900.00}
        - {<<: *line, voucher_no: "0015", description: 冲销支付维修费, debit: -1900.00}
        - {<<: *line, voucher_no: "0016", status: void, debit: 7700.00}
        - {<<: *line, voucher_no: "0017", period: 8, voucher_date: 2025-08-30, debit: 7800.00}
        - {<<: *line, voucher_no: "0034", description: 付会议中心装修款, debit: 90000.00}
        - {<<: *line, voucher_no: "0035", description: 预付院墙工程款, debit: 80000.00}
        - {<<: *line, voucher_no: "0030", account_code: "121802", description: 李四借支付食堂维修材料款, debit: 5000.00}
        - {<<: *line, voucher_no: "0031", account_code: "121802", description: 王五借支食堂维修工钱, debit: 6000.00}
        - {<<: *line, voucher_no: "0032", account_code: "121802", description: 赵六借支绿化款, debit: 7000.00}
        - {<<: *line, voucher_no: "0033", account_code: "121802", description: 赵六归还借款, debit: 0.00, credit: 7000.00, voucher_date: 2025-08-12}
        - {<<: *line, voucher_no: "0018", period: 9, voucher_date: 2025-09-30, description: 收到利息, account_code: "4601", account_name: 利息收入}
    expect:
      - {unit_id: U1, voucher_no: "0010", amount: 8600.00, account_code: "121801"}
      - {unit_id: U1, voucher_no: "0034", amount: 90000.00, account_code: "121801"}
      - {unit_id: U1, voucher_no: "0030", amount: 11000.00, account_code: "121802"}
  - says: taken into the year's spending half a year later, which answers it
    given:
      journal_line:
        - &hidden {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "0010", voucher_date: 2025-03-12, account_code: "121802", account_name: 单位往来, description: 付食堂维修款, debit: 8600.00, credit: 0.00}
        - {<<: *hidden, period: 9, voucher_no: "0050", voucher_date: 2025-09-12, description: 转列支出, debit: 0.00, credit: 8600.00}
    expect:
      - {unit_id: U1, voucher_no: "0010", amount: 8600.00}
    remedied:
      - {unit_id: U1, voucher_no: "0010"}
  - says: unspent project money is expensed into other payables on 30 December; a deposit in December and an invoice payable are not
    given:
      journal_line:
        - &year {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 12, voucher_word: 记, voucher_no: "0098", voucher_date: 2025-12-30, account_code: "230701", account_name: 其他应付款, description: 列支未完工项目结余资金, debit: 0.00, credit: 400000.00}
        - {<<: *year, account_code: "5001", account_name: 业务活动费用, debit: 400000.00, credit: 0.00}
        - {<<: *year, voucher_no: "0099", description: 收到投标保证金}
        - {<<: *year, voucher_no: "0097", account_code: "2302", account_name: 应付账款, description: 购电脑货款}
        - {<<: *year, voucher_no: "0095", description: 计提课题研究费, credit: 90000.00}
        - {<<: *year, voucher_no: "0096", description: 计提12月工会经费, credit: 5000.00}
    expect:
      - {unit_id: U1, voucher_no: "0098", amount: 490000.00}
*/
WITH accounts_used AS (
  SELECT account_code, account_name, max(account_code) AS code, coalesce(max(account_name), '') AS name
  FROM journal_line
  GROUP BY account_code, account_name
),
-- Asked of each account once, not of each line of it.
suspense_accounts AS (
  SELECT account_code, account_name,
    (left(code, 4) IN ('1131', '1133', '1212', '1214', '1218', '1221', '1122', '1123') AND NOT regexp_matches(name, '[A-Za-z]{4}'))
    OR regexp_matches(name, '应收|预付|暂付|[Rr]eceivable|[Pp]repa') AS is_receivable,
    (left(code, 4) IN ('2307', '2241', '2305') AND NOT regexp_matches(name, '[A-Za-z]{4}'))
    OR regexp_matches(name, '其他应付|暂存|暂收|[Oo]ther payable') AS is_other_payable
  FROM accounts_used
),
suspense_lines AS (
  SELECT line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word,
    coalesce(line.voucher_no, line.voucher_id) AS voucher_no, line.voucher_date, line.account_code, line.account_name,
    coalesce(line.description, '') AS description, coalesce(line.counterparty, '') AS party, line.currency,
    coalesce(line.debit, 0) - coalesce(line.credit, 0) AS net, line.debit, line.credit, line.row_id,
    used.is_receivable, used.is_other_payable
  FROM journal_line AS line
  JOIN (SELECT account_code, account_name, is_receivable, is_other_payable FROM suspense_accounts
    WHERE is_receivable OR is_other_payable) AS used
    ON used.account_code = line.account_code AND used.account_name IS NOT DISTINCT FROM line.account_name
  WHERE coalesce(line.status, 'valid') = 'valid'
),
book_ends AS (
  SELECT unit_id, book_id, max(voucher_date) AS books_end
  FROM journal_line
  GROUP BY unit_id, book_id
),
expenses_among_receivables AS (
  SELECT unit_id, book_id, fiscal_year, period, voucher_word, voucher_no, voucher_date, account_code, account_name, description,
    party, currency, net AS amount, row_id
  FROM suspense_lines
  WHERE is_receivable AND debit >= $least_amount
    -- A firm that is called after its trade (广告传媒有限公司) says nothing of what was paid.
    AND regexp_matches(regexp_replace(description, '[一-龥]{2,14}公司', '', 'g'), '招待|接待|餐费|用餐|伙食|差旅|会议费|培训费|办公费|办公用品|印刷|维修|修缮|装修|改造|工程款|租车|油费|燃油|过路|停车|物业费|电费|水费|劳务费|加班|津贴|补贴|奖金|福利|工资|慰问|宣传费|广告|咨询费|租金|房租|绿化|考察|礼品|烟酒|住宿|交通费|邮电|电话费|耗材')
    AND NOT regexp_matches(description, '借|预付|预支|备用|押金|保证金|代垫|垫付|垫支|应收|质保|定金|订金|代扣|代缴|代收|代付|暂付|归还|退|冲|收回|结转|收到')
),
still_open AS (
  SELECT expense.unit_id, expense.book_id, expense.fiscal_year, expense.period, expense.voucher_word, expense.voucher_no,
    expense.voucher_date, expense.account_code, expense.account_name, expense.description, expense.currency, expense.amount,
    expense.row_id
  FROM expenses_among_receivables AS expense
  ANTI JOIN suspense_lines AS clearing ON clearing.unit_id = expense.unit_id
    AND clearing.account_code = expense.account_code
    AND clearing.book_id IS NOT DISTINCT FROM expense.book_id
    AND clearing.currency IS NOT DISTINCT FROM expense.currency
    AND (clearing.net = -expense.amount OR (clearing.party <> '' AND clearing.party = expense.party AND clearing.net <= -expense.amount))
    AND clearing.voucher_date >= expense.voucher_date
    AND date_diff('day', expense.voucher_date, clearing.voucher_date) <= $clear_days
),
spent_into_payables AS (
  SELECT unit_id, book_id, fiscal_year, period, voucher_word, voucher_no, voucher_date, account_code, account_name, description,
    currency, -net AS amount, row_id
  FROM suspense_lines
  WHERE is_other_payable AND credit >= $least_amount AND period = 12
    AND date_diff('day', voucher_date, last_day(voucher_date)) <= $year_end_days
    AND (regexp_matches(description, '以拨|列支|预列|虚列|结余资金|未使用|未完工|未实施|未支付|待支付|转列|作支出')
      -- What is accrued for work not done yet; accruals for staff are due by rule.
      OR regexp_matches(description, '[计预]提.*(研究|培训|会议|委托|咨询|宣传|印刷|维修|项目|课题|业务|服务)')
        AND NOT regexp_matches(description, '工资|薪|社保|保险|公积金|工会|福利|奖|税|折旧|摊销|利息|租金|水费|电费|教育经费'))
    AND NOT regexp_matches(description, '保证金|押金|代扣|代收|退')
),
parked_in_order AS (
  SELECT unit_id, book_id, fiscal_year, period, voucher_word, voucher_no, voucher_date, account_code, account_name, description,
    currency, amount, row_id,
    row_number() OVER (PARTITION BY unit_id, book_id, fiscal_year, account_code, currency ORDER BY voucher_date, row_id) AS place
  FROM spent_into_payables
),
-- Parked in several parts on one account at one year's end it is one lead, called after its first voucher.
parked_together AS (
  SELECT parked.unit_id, parked.book_id, first.fiscal_year, first.period, first.voucher_word, first.voucher_no,
    parked.voucher_date, parked.account_code, parked.account_name, parked.description, parked.currency, parked.amount,
    parked.row_id
  FROM parked_in_order AS parked
  JOIN parked_in_order AS first ON first.unit_id = parked.unit_id AND first.fiscal_year = parked.fiscal_year
    AND first.account_code = parked.account_code AND first.book_id IS NOT DISTINCT FROM parked.book_id
    AND first.currency IS NOT DISTINCT FROM parked.currency AND first.place = 1
),
-- Loans to staff for what is no journey, and that nobody settles, are spending in disguise; together they are one.
lent_and_open AS (
  SELECT lent.unit_id, lent.book_id, lent.fiscal_year, lent.period, lent.voucher_word, lent.voucher_no, lent.voucher_date,
    lent.account_code, lent.account_name, lent.description, lent.currency, lent.net AS amount, lent.row_id
  FROM suspense_lines AS lent
  ANTI JOIN suspense_lines AS clearing ON clearing.unit_id = lent.unit_id AND clearing.account_code = lent.account_code
    AND clearing.book_id IS NOT DISTINCT FROM lent.book_id AND clearing.currency IS NOT DISTINCT FROM lent.currency
    AND (clearing.net = -lent.net OR (clearing.party <> '' AND clearing.party = lent.party AND clearing.net <= -lent.net))
    AND clearing.voucher_date >= lent.voucher_date
  WHERE lent.is_receivable AND lent.debit >= $least_amount AND lent.description LIKE '%借%'
    AND regexp_matches(lent.description, '维修|修缮|装修|材料款|工钱|工程|餐|接待|招待|礼品|烟酒|福利|慰问|考察|租车|印刷|广告|宣传|绿化|用品')
    AND NOT regexp_matches(lent.description, '差旅|出差|培训|备用|押金|保证金|周转|归还|还款|退|冲')
),
lent_in_order AS (
  SELECT unit_id, book_id, currency, account_code, account_name, description, voucher_date, amount, row_id,
    row_number() OVER (PARTITION BY unit_id, book_id, account_code, currency ORDER BY voucher_date, row_id) AS place,
    fiscal_year, period, voucher_word, voucher_no
  FROM lent_and_open
),
lent_together AS (
  SELECT lent.unit_id, lent.book_id, first.fiscal_year, first.period, first.voucher_word, first.voucher_no,
    lent.voucher_date, lent.account_code, lent.account_name, lent.description, lent.currency, lent.amount, lent.row_id
  FROM lent_in_order AS lent
  JOIN lent_in_order AS first ON first.unit_id = lent.unit_id AND first.account_code = lent.account_code
    AND first.book_id IS NOT DISTINCT FROM lent.book_id AND first.currency IS NOT DISTINCT FROM lent.currency
    AND first.place = 1
),
kept AS (
  SELECT lent.unit_id, lent.book_id, lent.fiscal_year, lent.period, lent.voucher_word, lent.voucher_no, lent.voucher_date,
    lent.account_code, lent.account_name, lent.description, lent.currency, lent.amount, lent.row_id
  FROM lent_together AS lent
  JOIN book_ends AS ends ON ends.unit_id = lent.unit_id AND ends.book_id IS NOT DISTINCT FROM lent.book_id
  WHERE date_diff('day', lent.voucher_date, ends.books_end) >= $clear_days
  UNION ALL
  SELECT expense.unit_id, expense.book_id, expense.fiscal_year, expense.period, expense.voucher_word, expense.voucher_no,
    expense.voucher_date, expense.account_code, expense.account_name, expense.description, expense.currency, expense.amount,
    expense.row_id
  FROM still_open AS expense
  JOIN book_ends AS ends ON ends.unit_id = expense.unit_id AND ends.book_id IS NOT DISTINCT FROM expense.book_id
  WHERE date_diff('day', expense.voucher_date, ends.books_end) >= $clear_days
  UNION ALL
  SELECT unit_id, book_id, fiscal_year, period, voucher_word, voucher_no, voucher_date, account_code, account_name, description,
    currency, amount, row_id
  FROM parked_together
)
SELECT unit_id, book_id, fiscal_year, period, voucher_word, voucher_no,
  concat(coalesce(voucher_word, ''), coalesce(voucher_no, '')) AS voucher, max(voucher_date) AS voucher_date,
  min(account_code) AS account_code, coalesce(min(account_name), '') AS account_name, min(description) AS description,
  max(currency) AS currency, $clear_days AS clear_days, CAST(sum(amount) AS DECIMAL(18, 2)) AS amount,
  list_sort(list(row_id)) AS journal_line_rows
FROM kept
GROUP BY unit_id, book_id, fiscal_year, period, voucher_word, voucher_no
