/*
id: xzd_balance
title: {zh: 新中大科目余额表（借贷分列）, en: Xinzhongda balances with debit and credit side by side}
system: xzd
table: account_balance
main: b
sheets:
  b:
    needs: [科目代码, 期初借方, 期初贷方, 借方发生额, 贷方发生额, 期末借方, 期末贷方]
    may: [科目名称, 会计年度, 会计期间, 单位代码, 单位名称, 账套号]
notes:
  zh: 期初、期末各分借贷两列；年度、期间、单位也可在表头标题里。
  en: Opening and closing have a column for each side; year, period and unit may stand in the title.
*/
SELECT
  sheet, line,
  单位代码 AS unit_id,
  单位名称 AS unit_name,
  账套号 AS book_id,
  会计年度 AS fiscal_year,
  会计期间 AS period,
  科目代码 AS account_code,
  科目名称 AS account_name,
  期初借方 AS opening_debit,
  期初贷方 AS opening_credit,
  借方发生额 AS debit,
  贷方发生额 AS credit,
  期末借方 AS closing_debit,
  期末贷方 AS closing_credit
FROM b
