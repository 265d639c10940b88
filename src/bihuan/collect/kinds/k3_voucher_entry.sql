/*
id: k3_voucher_entry
title: {zh: 金蝶 K3/KIS 凭证 t_Voucher + t_VoucherEntry, en: Kingdee K3/KIS vouchers t_Voucher + t_VoucherEntry}
system: k3
table: journal_line
main: e
sheets:
  e:
    names: [t_VoucherEntry]
    needs: [FVoucherID, FEntryID, FAccountID, FDC, FAmount]
    may: [FBrNo, FExplanation, FAccountID2, FDetailID, FAmountFor, FQuantity, FSettleNo]
  h:
    names: [t_Voucher]
    needs: [FVoucherID, FDate, FYear, FPeriod, FNumber]
    may: [FGroupID, FAttachments, FPreparerID, FCheckerID, FPosterID, FPosted]
    key: [FVoucherID]
  a:
    names: [t_Account]
    needs: [FAccountID, FNumber, FName]
    may: [FFullName]
    key: [FAccountID]
  g:
    names: [t_VoucherGroup]
    needs: [FGroupID, FName]
    key: [FGroupID]
    named: true
    optional: true
  u:
    names: [t_User]
    needs: [FUserID, FName]
    key: [FUserID]
    named: true
    optional: true
  s:
    names: [t_SystemProfile]
    needs: [FCategory, FKey, FValue]
    key: [FCategory, FKey]
    named: true
    optional: true
notes:
  zh: FDC 1 借 0 贷；FAmount 是本位币，FAmountFor 是原币；FPosterID 为 -1 是未过账；单位名称取自 t_SystemProfile；FBrNo 不为 0 的是单位代码。
  en: >-
    FDC is 1 for debit, 0 for credit; FAmount is local, FAmountFor foreign; FPosterID -1 is unposted;
    the unit's name comes from t_SystemProfile, an FBrNo other than 0 is the unit.
*/
WITH company AS (
  SELECT max(FValue) AS unit_name FROM s WHERE lower(FCategory) = 'general' AND lower(FKey) = 'companyname'
)
SELECT
  e.sheet, e.line,
  nullif(e.FBrNo, '0') AS unit_id,
  company.unit_name,
  h.FYear AS fiscal_year,
  h.FPeriod AS period,
  e.FVoucherID AS voucher_id,
  coalesce(g.FName, h.FGroupID) AS voucher_word,
  h.FNumber AS voucher_no,
  e.FEntryID AS line_no,
  h.FDate AS voucher_date,
  e.FExplanation AS description,
  a.FNumber AS account_code,
  coalesce(a.FFullName, a.FName) AS account_name,
  CASE e.FDC WHEN '1' THEN '借' WHEN '0' THEN '贷' WHEN '-1' THEN '贷' ELSE e.FDC END AS dc,
  e.FAmount AS amount,
  CASE WHEN e.FAmountFor <> e.FAmount THEN e.FAmountFor END AS foreign_amount,
  nullif(e.FQuantity, '0') AS quantity,
  coalesce(o.FNumber, nullif(e.FAccountID2, '0')) AS counter_account,
  CASE WHEN e.FDetailID <> '0' THEN 'FDetailID=' || e.FDetailID END AS aux,
  e.FSettleNo AS settlement_no,
  h.FAttachments AS attachments,
  coalesce(up.FName, nullif(h.FPreparerID, '-1')) AS prepared_by,
  coalesce(uc.FName, nullif(nullif(h.FCheckerID, '-1'), '0')) AS approved_by,
  coalesce(um.FName, nullif(nullif(h.FPosterID, '-1'), '0')) AS posted_by,
  CASE WHEN h.FPosterID = '-1' THEN '0' WHEN h.FPosted IS NOT NULL THEN h.FPosted WHEN h.FPosterID IS NOT NULL THEN '1' END
    AS is_posted
FROM e
LEFT JOIN h ON h.FVoucherID = e.FVoucherID
LEFT JOIN a ON a.FAccountID = e.FAccountID
LEFT JOIN a AS o ON o.FAccountID = e.FAccountID2
LEFT JOIN g ON g.FGroupID = h.FGroupID
LEFT JOIN u AS up ON up.FUserID = h.FPreparerID
LEFT JOIN u AS uc ON uc.FUserID = h.FCheckerID
LEFT JOIN u AS um ON um.FUserID = h.FPosterID
LEFT JOIN company ON true
