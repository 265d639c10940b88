/*
id: suspense_not_cleared
title: {zh: 往来款项长期挂账, en: A suspense balance stands for years}
status: stable
role: lead
level: medium
basis: [accounting]
why:
  zh: 应收、应付、预付、暂存款长期不动，可能是借款未收回、支出未列支、收入藏在往来，或者早已收不回来。
  en: Receivables, advances and deposits that do not move may be loans never returned, spending not shown, hidden income or bad debts.
not_when:
  zh: 合同约定未到期的质保金、押金；账龄不足规定月数的；该科目合计已结平、或另有同额未写往来单位的核销。
  en: Retention money and deposits not yet due; items not old enough; accounts whose whole is settled, or cleared by a line without the party's name.
ask:
  zh: 往来款项账龄表、形成时的凭证、对方单位询证函、催收记录，应列支出或应缴收入的处理意见。
  en: The ageing list, the original vouchers, confirmation by the other party, reminders, and how it is to be settled.
reads: [journal_line]
optional: [account_balance]
population: {table: journal_line, where: "coalesce(status, 'valid') = 'valid'"}
scope: all
params: {least_amount: 1000, grace_days: 15}
lead:
  unit: unit_id
  subject: [book_id, account_code, party, currency]
  amount: amount
  currency: currency
  on: last_moved
reason:
  zh: "科目{account_code} {account_name} {party}余额{amount}自{last_moved}起未清理，至{books_end}已{months}个月。"
  en: "Account {account_code} {account_name} {party}: {amount} has not been settled since {last_moved}, {months} months before {books_end}."
remedy: |
  SELECT unit_id, book_id, account_code, coalesce(counterparty, aux, '') AS party, coalesce(currency, '') AS currency,
    list_sort(list(row_id)) AS journal_line_rows
  FROM journal_line
  WHERE coalesce(status, 'valid') = 'valid' AND regexp_matches(account_code, '^(1131|1133|1122|1123|1212|1214|1218|1221|2202|2203|2241|2302|2305|2307)')
  GROUP BY unit_id, book_id, account_code, coalesce(counterparty, aux, ''), coalesce(currency, '')
  HAVING sum(coalesce(debit, 0) - coalesce(credit, 0)) = 0 AND count(*) > 1
examples:
  - says: lent and never returned; returned, paid off from before, recent, cleared without the name, a salary payable, void
    given:
      journal_line:
        - &line {unit_id: U1, book_id: "001", fiscal_year: 2024, period: 2, voucher_no: "8", voucher_date: 2024-02-08, account_code: "12180101", account_name: 其他应收款-单位, counterparty: 甲公司, debit: 50000.00, credit: 0.00}
        - {<<: *line, counterparty: 乙公司, debit: 6000.00}
        - {<<: *line, counterparty: 乙公司, voucher_date: 2024-04-08, debit: 0.00, credit: 6000.00}
        - {<<: *line, counterparty: 丙公司, debit: 0.00, credit: 7000.00}
        - {<<: *line, counterparty: 丁公司, voucher_date: 2025-11-08, fiscal_year: 2025}
        - {<<: *line, account_code: "1214", account_name: 预付账款, counterparty: 戊公司, debit: 9100.00}
        - {<<: *line, account_code: "1214", account_name: 预付账款, counterparty: null, debit: 0.00, credit: 9100.00, voucher_date: 2025-07-08}
        - {<<: *line, account_code: "2201", account_name: 应付职工薪酬, debit: 0.00, credit: 8000.00}
        - {<<: *line, counterparty: 己公司, status: void}
        - {<<: *line, account_code: "5001", account_name: 费用, voucher_date: 2025-12-30}
    expect:
      - {unit_id: U1, account_code: "12180101", party: 甲公司, amount: 50000.00, last_moved: 2024-02-08}
    remedied:
      - {unit_id: U1, account_code: "12180101", party: 乙公司}
  - says: carried to another account each December it has not moved; a deposit until 2030 is not due; without names the sum that never came back
    given:
      journal_line:
        - &claim {unit_id: U1, book_id: "001", fiscal_year: 2024, period: 1, voucher_no: "8", voucher_date: 2024-01-08, account_code: "121802", account_name: 单位往来, counterparty: 甲公司, debit: 50000.00, credit: 0.00}
        - &away {<<: *claim, period: 12, voucher_no: "90", voucher_date: 2024-12-28, debit: 0.00, credit: 50000.00}
        - {<<: *away, account_code: "121803", account_name: 押金, debit: 50000.00, credit: 0.00}
        - {<<: *claim, account_code: "121803", account_name: 押金, counterparty: 乙公司, description: 办公用房押金（租期至2030年12月）}
        - &other {<<: *claim, unit_id: U2, counterparty: null, voucher_no: "9", debit: 30000.00}
        - {<<: *other, voucher_no: "10", voucher_date: 2024-02-02, period: 2, debit: 800.00}
        - {<<: *other, voucher_no: "11", voucher_date: 2025-12-29, fiscal_year: 2025, period: 12, debit: 0.00, credit: 800.00}
        - {<<: *claim, account_code: "5001", account_name: 费用, fiscal_year: 2025, period: 12, voucher_date: 2025-12-30}
    expect:
      - {unit_id: U1, account_code: "121802", party: 甲公司, amount: 50000.00, last_moved: 2024-01-08}
      - {unit_id: U2, account_code: "121802", party: "", amount: 30000.00, journal_line_rows: [5]}
  - says: an opening balance that never moves, known from the balances only; one that moves, and a bank account
    given:
      journal_line:
        - &move {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 12, voucher_no: "8", voucher_date: 2025-12-30, account_code: "5001", account_name: 费用, debit: 5.00}
      account_balance:
        - &still {unit_id: U1, book_id: "001", fiscal_year: 2024, period: 6, period_end: 2024-06-30, account_code: "2307", account_name: 其他应付款, aux_name: 某施工队, opening: -30000.00, debit: 0.00, credit: 0.00, closing: -30000.00}
        - {<<: *still, fiscal_year: 2025, period: 6, period_end: 2025-06-30}
        - {<<: *still, fiscal_year: 2025, period: 12, period_end: 2025-12-31}
        - {<<: *still, aux_name: 另一队, opening: -20000.00, closing: -20000.00}
        - {<<: *still, aux_name: 另一队, fiscal_year: 2025, period: 12, period_end: 2025-12-31, debit: 5000.00, opening: -20000.00, closing: -15000.00}
        - {<<: *still, account_code: "1002", account_name: 银行存款}
        - {<<: *still, account_code: "1002", account_name: 银行存款, fiscal_year: 2025, period: 12, period_end: 2025-12-31}
    expect:
      - {unit_id: U1, account_code: "2307", party: 某施工队, amount: 30000.00, account_balance_rows: [1, 3]}
  - says: an old claim to which only more was added, told of the detail account and not of the one above; one that was partly paid, a deposit received
    given:
      journal_line:
        - &day {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 12, voucher_no: "8", voucher_date: 2025-12-30, account_code: "5001", account_name: 费用, debit: 5.00}
        - {<<: *day, voucher_no: "9", voucher_date: 2025-07-10, period: 7, account_code: "121802", account_name: 单位往来, debit: 2000.00}
      account_balance:
        - &above {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 1, period_end: 2025-01-31, account_code: "1218", account_name: 其他应收款, opening: 6000.00, debit: 0.00, credit: 0.00, closing: 6000.00}
        - {<<: *above, period: 12, period_end: 2025-12-31, debit: 2000.00, closing: 8000.00}
        - {<<: *above, account_code: "121802", account_name: 单位往来}
        - {<<: *above, account_code: "121802", account_name: 单位往来, period: 12, period_end: 2025-12-31, debit: 2000.00, closing: 8000.00}
        - &withheld {<<: *above, unit_id: U3, account_code: "230701", account_name: 代扣代缴, opening: -7000.00, closing: -7000.00}
        - {<<: *withheld, period: 12, period_end: 2025-12-31}
        - {<<: *withheld, account_code: "2307", account_name: 其他应付款}
        - {<<: *withheld, account_code: "2307", account_name: 其他应付款, period: 12, period_end: 2025-12-31}
        - &whole {<<: *above, unit_id: U2, opening: 9000.00, closing: 9000.00}
        - {<<: *whole, period: 12, period_end: 2025-12-31}
        - {<<: *whole, aux_name: 甲公司}
        - {<<: *whole, aux_name: 甲公司, period: 12, period_end: 2025-12-31}
        - {<<: *whole, account_code: "1214", account_name: 预付账款}
        - {<<: *whole, account_code: "1214", account_name: 预付账款, period: 12, period_end: 2025-12-31, credit: 4000.00, closing: 5000.00}
        - {<<: *whole, account_code: "230701", account_name: 押金, opening: -9000.00, closing: -9000.00}
        - {<<: *whole, account_code: "230701", account_name: 押金, period: 12, period_end: 2025-12-31, opening: -9000.00, closing: -9000.00}
        - {<<: *whole, account_code: "121803", account_name: 押金, opening: 1500.00, closing: 1500.00}
        - {<<: *whole, account_code: "121803", account_name: 押金, period: 12, period_end: 2025-12-31, opening: 1500.00, closing: 1500.00}
    expect:
      - {unit_id: U1, account_code: "121802", party: "", amount: 6000.00, months: 12, account_balance_rows: [3, 4]}
*/
WITH suspense_codes AS (
  SELECT prefix, direction
  FROM (VALUES ('1131', 1), ('1133', 1), ('1122', 1), ('1123', 1), ('1212', 1), ('1214', 1), ('1218', 1), ('1221', 1),
    ('2202', -1), ('2203', -1), ('2241', -1), ('2302', -1), ('2305', -1), ('2307', -1)) AS code (prefix, direction)
),
names_listed AS (
  SELECT account_code, account_name FROM journal_line GROUP BY account_code, account_name
  UNION
  SELECT account_code, account_name FROM account_balance GROUP BY account_code, account_name
),
names_used AS (
  SELECT account_code, account_name, max(account_code) AS code, coalesce(max(account_name), '') AS name
  FROM names_listed
  GROUP BY account_code, account_name
),
accounts_with_direction AS (
  SELECT used.account_code, used.account_name, used.name,
    CASE WHEN regexp_matches(used.name, '应收|预付|暂付|[Rr]eceivable|[Pp]repa|[Aa]dvances? to') THEN 1
      WHEN regexp_matches(used.name, '应付|预收|暂存|暂收|[Pp]ayable|[Ss]uspense') THEN -1
      ELSE suspense.direction END AS direction
  FROM names_used AS used
  LEFT JOIN suspense_codes AS suspense ON suspense.prefix = left(used.code, 4) AND NOT regexp_matches(used.name, '[A-Za-z]{4}')
),
-- Deposits that were received stay as long as the contract runs; those that were paid are money to be claimed back.
suspense_accounts AS (
  SELECT account_code, account_name, max(direction) AS direction
  FROM accounts_with_direction
  WHERE direction IS NOT NULL
    AND NOT regexp_matches(name, '职工|薪酬|工资|税|利息|股利|财政|坏账|代扣|代缴|质保|保证金|[Tt]ax|VAT|[Ss]alar|[Ww]age')
    AND (direction > 0 OR name NOT LIKE '%押金%')
  GROUP BY account_code, account_name
),
book_ends AS (
  SELECT unit_id, book_id, max(voucher_date) AS books_end
  FROM journal_line
  GROUP BY unit_id, book_id
),
suspense_lines AS (
  SELECT line.row_id, line.unit_id, line.book_id, line.account_code, line.account_name, coalesce(line.counterparty, line.aux, '') AS party,
    line.currency, line.voucher_date, suspense.direction, coalesce(line.debit, 0) - coalesce(line.credit, 0) AS net,
    line.description,
    -- A claim that is carried from one suspense account to another has not moved: its voucher leaves the party as it was.
    sum(coalesce(line.debit, 0) - coalesce(line.credit, 0)) OVER (PARTITION BY line.unit_id, line.book_id, line.fiscal_year,
      line.period, line.voucher_word, coalesce(line.voucher_no, line.voucher_id), coalesce(line.counterparty, line.aux, ''),
      suspense.direction, line.currency) AS net_of_voucher
  FROM journal_line AS line
  JOIN suspense_accounts AS suspense ON suspense.account_code = line.account_code
    AND suspense.account_name IS NOT DISTINCT FROM line.account_name
  WHERE coalesce(line.status, 'valid') = 'valid'
),
lines_that_move AS (
  SELECT row_id, unit_id, book_id, account_code, account_name, party, currency, voucher_date, direction, net,
    -- The year until which a lease or contract runs, where the words say so.
    nullif(regexp_extract(coalesce(description, ''), '(?:至|到期|截止)[^0-9]{0,4}(20[0-9]{2})', 1), '') AS runs_until
  FROM suspense_lines
  WHERE net_of_voucher <> 0
),
parties AS (
  SELECT unit_id, book_id, account_code, party, currency, max(direction) AS direction, max(account_name) AS account_name,
    max(voucher_date) AS last_moved, sum(net) AS net, max(runs_until) AS runs_until
  FROM lines_that_move
  GROUP BY unit_id, book_id, account_code, party, currency
),
parties_in_account AS (
  SELECT unit_id, book_id, account_code, party, currency, direction, account_name, last_moved, net, runs_until,
    sum(net) OVER (PARTITION BY unit_id, book_id, account_code, currency) AS net_of_account,
    sum(CASE WHEN party = '' THEN net END) OVER (PARTITION BY unit_id, book_id, account_code, currency) AS net_without_name
  FROM parties
),
-- What stood at the opening and was never settled stands still, whatever was added to it.
never_settled AS (
  SELECT balance.unit_id, balance.book_id, balance.account_code, coalesce(balance.aux_name, balance.aux_code, '') AS party,
    balance.currency, max(balance.account_name) AS account_name,
    arg_min(coalesce(balance.opening, balance.closing), balance.period_end) * max(suspense.direction) AS amount,
    CAST(min(balance.period_end) - INTERVAL 31 DAY AS DATE) AS last_moved
  FROM account_balance AS balance
  JOIN suspense_accounts AS suspense ON suspense.account_code = balance.account_code
    AND suspense.account_name IS NOT DISTINCT FROM balance.account_name
  WHERE coalesce(balance.is_leaf, true) AND coalesce(balance.aux_kind, '') NOT LIKE '%币种%'
  GROUP BY balance.unit_id, balance.book_id, balance.account_code, coalesce(balance.aux_name, balance.aux_code, ''),
    balance.currency
  HAVING arg_min(coalesce(balance.opening, balance.closing), balance.period_end) * max(suspense.direction) > 0
    AND min(balance.closing * suspense.direction)
      >= arg_min(coalesce(balance.opening, balance.closing), balance.period_end) * max(suspense.direction)
    AND count(*) FILTER (WHERE suspense.direction > 0 AND (balance.credit > 0 OR balance.debit < 0)
      OR suspense.direction < 0 AND (balance.debit > 0 OR balance.credit < 0)) = 0
),
codes_of_balances AS (
  SELECT unit_id, book_id, account_code
  FROM account_balance
  GROUP BY unit_id, book_id, account_code
),
-- Of an account with accounts below it only these are judged: some of them may be money withheld or deposits.
never_settled_leaves AS (
  SELECT held.unit_id, held.book_id, held.account_code, held.party, held.currency, held.account_name, held.last_moved, held.amount
  FROM never_settled AS held
  ANTI JOIN codes_of_balances AS below ON below.unit_id = held.unit_id AND below.book_id IS NOT DISTINCT FROM held.book_id
    AND below.account_code <> held.account_code AND starts_with(below.account_code, held.account_code)
),
items AS (
  SELECT unit_id, book_id, account_code, party, currency, account_name, last_moved, abs(net) AS amount, runs_until,
    false AS is_balance
  FROM parties_in_account
  WHERE net * direction > 0 AND net_of_account * direction > 0
    AND (party = '' OR net_without_name IS NULL OR net_without_name + net <> 0)
  UNION ALL
  SELECT unit_id, book_id, account_code, party, currency, account_name, last_moved, amount, CAST(NULL AS VARCHAR) AS runs_until,
    true AS is_balance
  FROM never_settled_leaves
),
items_of_age AS (
  SELECT items.unit_id, items.book_id, items.account_code, items.party, items.currency,
    coalesce(items.account_name, '') AS account_name, items.last_moved, items.amount, items.is_balance, ends.books_end,
    CAST(round(CAST(date_diff('day', items.last_moved, ends.books_end) AS DOUBLE) / 30.4, 0) AS BIGINT) AS months
  FROM items
  JOIN book_ends AS ends ON ends.unit_id = items.unit_id AND ends.book_id IS NOT DISTINCT FROM items.book_id
  JOIN unit_parameter AS least ON least.unit_id = items.unit_id AND least.name = 'ledger_suspense_months'
    AND least.valid_from <= ends.books_end AND (least.valid_to IS NULL OR ends.books_end < least.valid_to)
  WHERE items.amount >= $least_amount AND (items.runs_until IS NULL OR items.runs_until <= CAST(year(ends.books_end) AS VARCHAR))
    AND (date_diff('day', items.last_moved, ends.books_end) + $grace_days) * 12 >= CAST(least.value AS BIGINT) * 365
  QUALIFY row_number() OVER (PARTITION BY items.unit_id, items.book_id, items.account_code, items.party, items.currency
    ORDER BY items.amount DESC, items.last_moved) = 1
),
-- Told once, where it stands: not again for the balance of the account above, nor for that of all parties together.
old_items AS (
  SELECT item.unit_id, item.book_id, item.account_code, item.party, item.currency, item.account_name, item.last_moved,
    item.amount, item.books_end, item.months
  FROM items_of_age AS item
  ANTI JOIN items_of_age AS below ON below.unit_id = item.unit_id AND below.book_id IS NOT DISTINCT FROM item.book_id
    AND below.currency IS NOT DISTINCT FROM item.currency AND item.is_balance
    AND (below.account_code <> item.account_code AND starts_with(below.account_code, item.account_code)
      OR below.account_code = item.account_code AND item.party = '' AND below.party <> '')
),
their_lines AS (
  SELECT old.unit_id, old.book_id, old.account_code, old.party, old.currency, list_sort(list(line.row_id)) AS journal_line_rows
  FROM old_items AS old
  JOIN journal_line AS line ON line.unit_id = old.unit_id AND line.account_code = old.account_code
    AND coalesce(line.counterparty, line.aux, '') = old.party
    AND line.book_id IS NOT DISTINCT FROM old.book_id AND line.currency IS NOT DISTINCT FROM old.currency
  WHERE coalesce(line.status, 'valid') = 'valid'
  GROUP BY old.unit_id, old.book_id, old.account_code, old.party, old.currency
),
-- The first and the last balance show that it stood; of the account as a whole where the party is all of it.
balances_in_order AS (
  SELECT old.unit_id, old.book_id, old.account_code, old.party, old.currency, old.amount, balance.row_id,
    coalesce(balance.aux_name, balance.aux_code, '') AS party_of_balance,
    first_value(coalesce(balance.opening, balance.closing)) OVER (PARTITION BY old.unit_id, old.book_id, old.account_code,
      old.party, old.currency, balance.aux_name, balance.aux_code ORDER BY balance.period_end, balance.row_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS first_amount,
    row_number() OVER (PARTITION BY old.unit_id, old.book_id, old.account_code, old.party, old.currency,
      balance.aux_name, balance.aux_code ORDER BY balance.period_end, balance.row_id) AS from_first,
    row_number() OVER (PARTITION BY old.unit_id, old.book_id, old.account_code, old.party, old.currency,
      balance.aux_name, balance.aux_code ORDER BY balance.period_end DESC, balance.row_id DESC) AS from_last
  FROM old_items AS old
  JOIN account_balance AS balance ON balance.unit_id = old.unit_id AND balance.account_code = old.account_code
    AND balance.book_id IS NOT DISTINCT FROM old.book_id AND balance.currency IS NOT DISTINCT FROM old.currency
    AND coalesce(balance.aux_name, balance.aux_code, '') IN ('', old.party)
),
their_balances AS (
  SELECT unit_id, book_id, account_code, party, currency, list_sort(list(row_id)) AS account_balance_rows
  FROM balances_in_order
  WHERE (from_first = 1 OR from_last = 1) AND (party_of_balance = party OR abs(first_amount) = amount)
  GROUP BY unit_id, book_id, account_code, party, currency
),
told AS (
  SELECT old.unit_id, old.book_id, old.account_code, old.party, coalesce(old.currency, '') AS currency, old.account_name,
    old.last_moved, old.books_end, old.months, CAST(old.amount AS DECIMAL(18, 2)) AS amount, line.journal_line_rows,
    balance.account_balance_rows
  FROM old_items AS old
  LEFT JOIN their_lines AS line ON line.unit_id = old.unit_id AND line.account_code = old.account_code AND line.party = old.party
    AND line.book_id IS NOT DISTINCT FROM old.book_id AND line.currency IS NOT DISTINCT FROM old.currency
  LEFT JOIN their_balances AS balance ON balance.unit_id = old.unit_id AND balance.account_code = old.account_code
    AND balance.party = old.party AND balance.book_id IS NOT DISTINCT FROM old.book_id
    AND balance.currency IS NOT DISTINCT FROM old.currency
),
-- Books that name no party settle by amounts: what was lent, never came back in one sum, and has since then been
-- covered by the balance, stands open among what comes and goes.
without_names AS (
  SELECT row_id, unit_id, book_id, account_code, account_name, currency, voucher_date, net, runs_until,
    sum(net) OVER (PARTITION BY unit_id, book_id, account_code, currency ORDER BY voucher_date, row_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS balance
  FROM lines_that_move
  WHERE party = '' AND direction > 0
),
covered AS (
  SELECT row_id, unit_id, book_id, account_code, account_name, currency, voucher_date, net, runs_until,
    min(balance) OVER (PARTITION BY unit_id, book_id, account_code, currency ORDER BY voucher_date, row_id
      ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS least_balance
  FROM without_names
),
open_items AS (
  SELECT lent.row_id, lent.unit_id, lent.book_id, lent.account_code, lent.account_name, lent.currency, lent.voucher_date,
    lent.net, ends.books_end
  FROM covered AS lent
  JOIN book_ends AS ends ON ends.unit_id = lent.unit_id AND ends.book_id IS NOT DISTINCT FROM lent.book_id
  JOIN unit_parameter AS least ON least.unit_id = lent.unit_id AND least.name = 'ledger_suspense_months'
    AND least.valid_from <= ends.books_end AND (least.valid_to IS NULL OR ends.books_end < least.valid_to)
  ANTI JOIN without_names AS back ON back.unit_id = lent.unit_id AND back.account_code = lent.account_code
    AND back.book_id IS NOT DISTINCT FROM lent.book_id AND back.currency IS NOT DISTINCT FROM lent.currency
    AND back.net = -lent.net AND back.voucher_date >= lent.voucher_date
  WHERE lent.net >= $least_amount AND lent.least_balance >= lent.net
    AND (lent.runs_until IS NULL OR lent.runs_until <= CAST(year(ends.books_end) AS VARCHAR))
    AND (date_diff('day', lent.voucher_date, ends.books_end) + $grace_days) * 12 >= CAST(least.value AS BIGINT) * 365
),
open_together AS (
  SELECT unit_id, book_id, account_code, '' AS party, coalesce(currency, '') AS currency,
    coalesce(max(account_name), '') AS account_name, max(voucher_date) AS last_moved, max(books_end) AS books_end,
    CAST(round(CAST(date_diff('day', max(voucher_date), max(books_end)) AS DOUBLE) / 30.4, 0) AS BIGINT) AS months,
    CAST(sum(net) AS DECIMAL(18, 2)) AS amount, list_sort(list(row_id)) AS journal_line_rows
  FROM open_items
  GROUP BY unit_id, book_id, account_code, coalesce(currency, '')
)
SELECT unit_id, book_id, account_code, party, currency, account_name, last_moved, books_end, months, amount,
  journal_line_rows, account_balance_rows
FROM told
UNION ALL
SELECT item.unit_id, item.book_id, item.account_code, item.party, item.currency, item.account_name, item.last_moved,
  item.books_end, item.months, item.amount, item.journal_line_rows, CAST(NULL AS BIGINT[]) AS account_balance_rows
FROM open_together AS item
ANTI JOIN told ON told.unit_id = item.unit_id AND told.account_code = item.account_code AND told.party = ''
  AND told.book_id IS NOT DISTINCT FROM item.book_id AND told.currency = item.currency
