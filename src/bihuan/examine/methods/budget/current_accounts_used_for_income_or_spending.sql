/*
id: current_accounts_used_for_income_or_spending
title: {zh: 往来科目列收列支, en: Income or spending was booked in current accounts}
status: stable
role: lead
level: high
basis: [accounting]
why:
  zh: 收入挂在其他应付款、支出直接从往来科目列支，隐瞒了收支，形成账外资金。
  en: Income kept in payables, or spending met out of them, hides both from the budget.
not_when:
  zh: 确属代收代付、押金、保证金、代扣款项。
  en: Money really held for others, deposits, amounts withheld.
ask:
  zh: 往来款的来源和用途凭证、对方单位确认、是否应计收入支出。
  en: Vouchers for where it came from and went, confirmation of the other party, whether it is income or spending.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(side, 'financial') = 'financial' AND regexp_matches(account_code, '^(1214|1215|1218|1221|1231|2203|2241|2302|2305|2307)')"}
scope: row
params: {least_amount: 5000}
lead: {unit: unit_id, subject: [book_id, account_code, use, fiscal_year], amount: total, currency: currency, on: last_on}
reason:
  zh: "{fiscal_year}年往来科目{account_code}{account_name}中有{times}笔“{use}”性质的记录共{total}（{descriptions}）。"
  en: "Current account {account_code} {account_name} holds {times} entries of {total} in {fiscal_year} that read like “{use}” ({descriptions})."
examples:
  - says: rent received in payables and meals paid out of it; deposits, withheld dues and a void voucher are left alone
    given:
      journal_line:
        - &line {unit_id: U1, fiscal_year: 2025, period: 5, voucher_no: "1", voucher_date: 2025-05-06, account_code: "2307", account_name: 其他应付款, side: financial, debit: 0.00, credit: 60000.00, description: 收门面房租金, currency: CNY}
        - {<<: *line, voucher_no: "2", debit: 8000.00, credit: 0.00, description: 付接待餐费}
        - {<<: *line, voucher_no: "3", description: 收投标保证金}
        - {<<: *line, voucher_no: "4", description: 代扣个人养老保险}
        - {<<: *line, voucher_no: "5", status: void}
        - {<<: *line, voucher_no: "6", account_code: "4101", description: 收门面房租金}
        - {<<: *line, voucher_no: "7", account_code: "230703", debit: 52000.00, credit: 0.00, description: 付用品款}
    expect:
      - {account_code: "2307", use: 收入, total: 60000.00, journal_line_rows: [1]}
      - {account_code: "2307", use: 支出, total: 8000.00, journal_line_rows: [2]}
      - {account_code: "230703", use: 支出, total: 52000.00, journal_line_rows: [7]}
*/
WITH read AS (
  SELECT row_id, unit_id, coalesce(book_id, '') AS book_id, fiscal_year, account_code, account_name, voucher_date, currency, description,
    CASE WHEN coalesce(credit, 0) > 0 THEN '收入' ELSE '支出' END AS use,
    CASE WHEN coalesce(credit, 0) > 0 THEN credit ELSE debit END AS amount
  FROM journal_line
  WHERE coalesce(status, 'valid') = 'valid' AND coalesce(side, 'financial') = 'financial'
    AND regexp_matches(account_code, '^(1214|1215|1218|1221|1231|2203|2241|2302|2305|2307)')
    AND (coalesce(credit, 0) > 0
        AND regexp_matches(account_code, '^(2203|2241|2302|2305|2307)')
        AND regexp_matches(coalesce(description, ''), '租金|房租|管理费收入|服务费收入|培训费收入|收.{0,6}(租|学费|择校|赞助|返还款|手续费|停车费|承包费|罚款|处置款|拍卖款|上交款|上缴款|承包金|摊位|广告|展位)|广告位|摊位费|废旧|利息收入|捐赠')
      OR coalesce(debit, 0) > 0
        AND regexp_matches(coalesce(description, ''), '餐费|接待|招待|考察|临时工|办公用品|福利|奖金|津贴|加班费|差旅|培训费|会议费|车辆|油费|维修费|购.{0,6}(用品|设备|礼品)|慰问品|租车|宣传费|印刷费')
      -- Out of what is held for others nothing is bought, whatever few words say it.
      OR coalesce(debit, 0) > 0 AND regexp_matches(account_code, '^(2203|2241|2305|2307)')
        AND regexp_matches(coalesce(description, ''), '[购付买报].{0,10}(用品|设备|礼品|物资|食材|服装|聚餐)'))
    AND NOT regexp_matches(coalesce(description, ''), '押金|保证金|预付|定金|质保|代扣|代收|代付|代垫|暂借|借|社保|公积金|养老|工会|党费|退|预借|冲|备用金|归还')
)
SELECT unit_id, book_id, fiscal_year, account_code, use, currency, max(coalesce(account_name, '')) AS account_name,
  count(*) AS times, CAST(sum(amount) AS DECIMAL(18, 2)) AS total, max(voucher_date) AS last_on,
  array_to_string(list_sort(list(DISTINCT description) FILTER (WHERE description IS NOT NULL)), '、') AS descriptions,
  list_sort(list(row_id)) AS journal_line_rows
FROM read
GROUP BY unit_id, book_id, fiscal_year, account_code, use, currency
HAVING sum(amount) >= $least_amount
