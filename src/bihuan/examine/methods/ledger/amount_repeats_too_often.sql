/*
id: amount_repeats_too_often
title: {zh: 同一金额反复出现, en: One amount comes too often}
status: stable
role: lead
level: low
basis: [isa240, nigrini]
why:
  zh: 同一科目里同一金额一个月内反复出现，可能是拆分报销、按限额凑数或虚列名目。
  en: One sum that returns many times a month on one account may be split bills, sums fitted to a limit, or invented items.
not_when:
  zh: 每月一次的固定支出、统一标准的工资补助学费、整千元的常规金额；本来就多为同额的科目。
  en: Fixed sums once a month, standard pay, grants and fees, full thousands; accounts where most sums are alike.
ask:
  zh: 逐笔核对发票号码、经办人和收款人，是否同一事项拆分，是否对应某项限额。
  en: Invoice numbers, handlers and payees one by one, whether it is one matter split, and which limit it fits.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') = 'valid' AND debit > 0"}
scope: all
params: {least_amount: 300, least_times: 12, times_a_month: 2, most_share: 0.5, least_share: 0.01}
lead:
  unit: unit_id
  subject: [book_id, account_code, repeated_amount, currency]
  amount: amount
  currency: currency
  on: last_day
reason:
  zh: "科目{account_code}中{repeated_amount}在{months}个月内出现{times}次，合计{amount}，占该科目笔数{percent}%。"
  en: "{repeated_amount} stands {times} times in {months} months on account {account_code}, {amount} in all, {percent} % of its lines."
examples:
  - says: 4,980 comes 12 times in two months; fixed monthly sums, full thousands, standard subsidies and a void run do not count
    given:
      journal_line: [
        &line {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_no: "1", voucher_date: 2025-03-12, account_code: "500101", description: 餐费, debit: 4980.00, credit: 0.00, side: financial},
        *line, *line, *line, *line, *line, &next {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 4, voucher_no: "1", voucher_date: 2025-04-12, account_code: "500101", description: 餐费, debit: 4980.00, credit: 0.00, side: financial},
        *next, *next, *next, *next, *next,
        &grant {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_no: "2", voucher_date: 2025-03-12, account_code: "500102", description: 发放低保补助, debit: 655.00, credit: 0.00, side: financial},
        *grant, *grant, *grant, *grant, *grant, *grant, *grant, *grant, *grant, *grant, *grant, *grant,
        &round {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_no: "3", voucher_date: 2025-03-12, account_code: "500101", description: 劳务, debit: 2000.00, credit: 0.00, side: financial},
        *round, *round, *round, *round, *round, *round, *round, *round, *round, *round, *round, *round, *round,
        &void {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_no: "4", voucher_date: 2025-03-12, account_code: "500101", description: 餐费, debit: 777.00, credit: 0.00, status: void},
        *void, *void, *void, *void, *void, *void, *void, *void, *void, *void, *void, *void]
    expect:
      - {unit_id: U1, account_code: "500101", repeated_amount: 4980.00, times: 12, months: 2, amount: 59760.00}
  - says: 1,970, 1,980 and 1,990 in turn under the same words are one sum; of other words each stands alone
    given:
      journal_line: [
        &one {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_no: "1", voucher_date: 2025-03-12, account_code: "500101", description: 临时用工, debit: 1970.00, credit: 0.00, side: financial},
        *one, *one, *one, *one, *one, *one, *one, &two {<<: *one, debit: 1980.00}, *two, *two, *two, *two, *two, *two, *two,
        &three {<<: *one, debit: 1990.00}, *three, *three, *three, *three, *three, *three, *three,
        &else {<<: *one, account_code: "500102", description: 甲, debit: 810.00}, *else, *else, *else, *else, *else, *else,
        &more {<<: *else, description: 乙, debit: 820.00}, *more, *more, *more, *more, *more, *more]
    expect:
      - {unit_id: U1, account_code: "500101", repeated_amount: 1970.00, times: 24, months: 1, amount: 47520.00}
*/
WITH repeated AS (
  SELECT unit_id, account_code, debit
  FROM journal_line
  WHERE debit >= $least_amount AND debit % 1000 <> 0 AND coalesce(status, 'valid') = 'valid' AND side IS DISTINCT FROM 'budgetary'
  GROUP BY unit_id, account_code, debit
  HAVING 2 * count(*) >= $least_times
),
runs AS (
  SELECT line.unit_id, line.book_id, line.account_code, line.currency, line.debit AS repeated_amount, count(*) AS times,
    count(DISTINCT line.fiscal_year * 12 + line.period) AS months, max(line.voucher_date) AS last_day,
    CAST(sum(line.debit) AS DECIMAL(18, 2)) AS amount, list_sort(list(line.row_id)) AS journal_line_rows
  FROM journal_line AS line
  JOIN repeated ON repeated.unit_id = line.unit_id AND repeated.account_code = line.account_code
    AND repeated.debit = line.debit
  WHERE line.debit >= $least_amount AND coalesce(line.status, 'valid') = 'valid' AND line.side IS DISTINCT FROM 'budgetary'
    AND NOT coalesce(line.is_closing, false)
  GROUP BY line.unit_id, line.book_id, line.account_code, line.currency, line.debit
  HAVING count(*) >= $least_times
    AND count(*) > 2 * count(*) FILTER (WHERE regexp_matches(coalesce(line.description, ''),
      '结转|工资|补助|补贴|津贴|低保|养老|学费|保教|住宿费|房租|租金|折旧|摊销|社保|公积金|奖学金|助学|抚恤|优抚'))
    AND count(*) >= $times_a_month * count(DISTINCT line.fiscal_year * 12 + line.period)
),
-- A few sums near each other, taken in turn under the same words, are one sum in disguise.
families AS (
  SELECT line.unit_id, line.book_id, line.account_code, line.currency, min(line.debit) AS repeated_amount, count(*) AS times,
    count(DISTINCT line.fiscal_year * 12 + line.period) AS months, max(line.voucher_date) AS last_day,
    CAST(sum(line.debit) AS DECIMAL(18, 2)) AS amount, list_sort(list(line.row_id)) AS journal_line_rows
  FROM journal_line AS line
  JOIN repeated ON repeated.unit_id = line.unit_id AND repeated.account_code = line.account_code
    AND repeated.debit = line.debit
  WHERE line.debit >= $least_amount AND coalesce(line.status, 'valid') = 'valid' AND line.side IS DISTINCT FROM 'budgetary'
    AND NOT coalesce(line.is_closing, false)
    AND NOT regexp_matches(coalesce(line.description, ''),
      '结转|工资|补助|补贴|津贴|低保|养老|学费|保教|住宿费|房租|租金|折旧|摊销|社保|公积金|奖学金|助学|抚恤|优抚')
  GROUP BY line.unit_id, line.book_id, line.account_code, line.currency, coalesce(line.description, '')
  HAVING count(*) >= 2 * $least_times AND count(DISTINCT line.debit) BETWEEN 2 AND 5
    AND max(line.debit) <= 1.1 * min(line.debit)
    AND count(*) >= $times_a_month * count(DISTINCT line.fiscal_year * 12 + line.period)
),
all_runs AS (
  SELECT unit_id, book_id, account_code, currency, repeated_amount, times, months, last_day, amount, journal_line_rows FROM families
  UNION ALL
  SELECT runs.unit_id, runs.book_id, runs.account_code, runs.currency, runs.repeated_amount, runs.times, runs.months,
    runs.last_day, runs.amount, runs.journal_line_rows
  FROM runs
  ANTI JOIN families ON families.unit_id = runs.unit_id AND families.account_code = runs.account_code
    AND families.book_id IS NOT DISTINCT FROM runs.book_id
    AND runs.repeated_amount BETWEEN families.repeated_amount AND families.repeated_amount * 1.1
),
accounts_used AS (
  SELECT line.unit_id, line.book_id, line.account_code, line.currency, count(*) AS lines
  FROM journal_line AS line
  SEMI JOIN all_runs AS runs ON runs.unit_id = line.unit_id AND runs.account_code = line.account_code
  WHERE line.debit > 0 AND coalesce(line.status, 'valid') = 'valid'
  GROUP BY line.unit_id, line.book_id, line.account_code, line.currency
)
SELECT runs.unit_id, runs.book_id, runs.account_code, runs.repeated_amount, runs.currency, runs.times, runs.months,
  runs.last_day, round(runs.times * 100.0 / nullif(used.lines, 0), 1) AS percent, runs.amount, runs.journal_line_rows
FROM all_runs AS runs
JOIN accounts_used AS used ON used.unit_id = runs.unit_id AND used.account_code = runs.account_code
  AND used.book_id IS NOT DISTINCT FROM runs.book_id AND used.currency IS NOT DISTINCT FROM runs.currency
WHERE runs.times >= $least_share * used.lines AND (runs.times <= $most_share * used.lines OR used.lines < 100)
