/*
id: k3_account
title: {zh: 金蝶 K3/KIS 科目 t_Account, en: Kingdee K3/KIS chart of accounts t_Account}
system: k3
table: account
main: a
sheets:
  a:
    names: [t_Account]
    needs: [FAccountID, FNumber, FName, FDC, FLevel, FDetail]
    may: [FBrNo, FFullName, FParentID, FGroupID, FIsCash, FIsBank, FDelete]
  p:
    names: [t_Account]
    needs: [FAccountID, FNumber, FName]
    key: [FAccountID]
    named: true
    optional: true
  s:
    names: [t_SystemProfile]
    needs: [FCategory, FKey, FValue]
    key: [FCategory, FKey]
    named: true
    optional: true
notes:
  zh: FDC 1 借，-1 或 0 贷；FBrNo 不为 0 的是单位代码。
  en: FDC is 1 for debit, -1 or 0 for credit; an FBrNo other than 0 is the unit.
*/
WITH company AS (
  SELECT max(FValue) AS unit_name FROM s WHERE lower(FCategory) = 'general' AND lower(FKey) = 'companyname'
)
SELECT
  a.sheet, a.line,
  nullif(a.FBrNo, '0') AS unit_id,
  company.unit_name,
  a.FNumber AS code,
  a.FName AS name,
  a.FFullName AS full_name,
  p.FNumber AS parent_code,
  a.FLevel AS level,
  a.FGroupID AS category,
  CASE a.FDC WHEN '1' THEN 'debit' WHEN '-1' THEN 'credit' WHEN '0' THEN 'credit' ELSE a.FDC END AS normal_side,
  a.FDetail AS is_leaf,
  CASE WHEN lower(a.FIsCash) IN ('1', 'true') OR lower(a.FIsBank) IN ('1', 'true') THEN '1' ELSE coalesce(a.FIsCash, a.FIsBank) END
    AS is_cash,
  a.FDelete AS is_closed
FROM a
LEFT JOIN p ON p.FAccountID = a.FParentID
LEFT JOIN company ON true
