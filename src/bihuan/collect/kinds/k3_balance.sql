/*
id: k3_balance
title: {zh: 金蝶 K3/KIS 余额 t_Balance, en: Kingdee K3/KIS balances t_Balance}
system: k3
table: account_balance
main: b
sheets:
  b:
    names: [t_Balance]
    needs: [FYear, FPeriod, FAccountID, FBeginBalance, FDebit, FCredit, FEndBalance]
    may: [FBrNo, FDetailID, FCurrencyID, FYtdDebit, FYtdCredit]
  a:
    names: [t_Account]
    needs: [FAccountID, FNumber, FName]
    may: [FLevel, FDetail]
    key: [FAccountID]
  s:
    names: [t_SystemProfile]
    needs: [FCategory, FKey, FValue]
    key: [FCategory, FKey]
    named: true
    optional: true
notes:
  zh: 余额借正贷负；FCurrencyID 0 是综合本位币，有它时其余币种行另成辅助，不重复计入；FBrNo 不为 0 的是单位代码。
  en: >-
    Balances are signed, debit positive; FCurrencyID 0 is all currencies together, and beside it the rows of
    single currencies become a dimension, so they count once. An FBrNo other than 0 is the unit.
*/
WITH company AS (
  SELECT max(FValue) AS unit_name FROM s WHERE lower(FCategory) = 'general' AND lower(FKey) = 'companyname'
),
together AS (
  SELECT count(*) > 0 AS is_there FROM b WHERE FCurrencyID = '0'
)
SELECT
  b.sheet, b.line,
  nullif(b.FBrNo, '0') AS unit_id,
  company.unit_name,
  b.FYear AS fiscal_year,
  b.FPeriod AS period,
  a.FNumber AS account_code,
  a.FName AS account_name,
  a.FDetail AS is_leaf,
  a.FLevel AS level,
  nullif(concat_ws(
    '+',
    CASE WHEN b.FDetailID <> '0' THEN '核算项目' END,
    CASE WHEN together.is_there AND b.FCurrencyID <> '0' THEN '币种' END
  ), '') AS aux_kind,
  nullif(concat_ws(
    '+', nullif(b.FDetailID, '0'), CASE WHEN together.is_there AND b.FCurrencyID <> '0' THEN b.FCurrencyID END
  ), '') AS aux_code,
  b.FBeginBalance AS opening,
  b.FDebit AS debit,
  b.FCredit AS credit,
  b.FYtdDebit AS debit_to_date,
  b.FYtdCredit AS credit_to_date,
  b.FEndBalance AS closing
FROM b
LEFT JOIN a ON a.FAccountID = b.FAccountID
LEFT JOIN company ON true
CROSS JOIN together
