/*
id: eas_voucher_entry
title: {zh: 金蝶 EAS 凭证 T_GL_Voucher + T_GL_VoucherEntry, en: Kingdee EAS vouchers T_GL_Voucher + T_GL_VoucherEntry}
system: eas
table: journal_line
main: e
sheets:
  e:
    names: [T_GL_VoucherEntry]
    needs: [FBillID, FAccountID, FEntryDC, FOriginalAmount]
    may: [FSeq, FDescription, FLocalAmount, FQuantity]
  h:
    names: [T_GL_Voucher]
    needs: [FID, FNumber, FBookedDate]
    may: [FPeriodID, FVoucherTypeID, FCreatorID, FAuditorID, FPosterID, FCompanyID, FBizStatus, FAttachments, FCreateTime]
    key: [FID]
    named: true
  a:
    names: [T_BD_AccountView]
    needs: [FID, FNumber]
    may: [FName_L2, FLongName_L2, FName]
    key: [FID]
    named: true
  p:
    names: [T_BD_Period]
    needs: [FID, FPeriodYear, FPeriodNumber]
    key: [FID]
    named: true
    optional: true
  t:
    names: [T_BD_VoucherTypes]
    needs: [FID, FName_L2]
    key: [FID]
    named: true
    optional: true
  u:
    names: [T_PM_User]
    needs: [FID, FName_L2]
    key: [FID]
    named: true
    optional: true
  o:
    names: [T_ORG_Company]
    needs: [FID, FNumber]
    may: [FName_L2]
    key: [FID]
    named: true
    optional: true
notes:
  zh: FEntryDC 1 借 0 贷；FOriginalAmount 是原币，有 FLocalAmount 时以它为本位币；FBizStatus 2 为作废，5 为已过账。
  en: >-
    FEntryDC is 1 for debit, 0 for credit; FOriginalAmount is foreign where FLocalAmount is there;
    FBizStatus 2 is void, 5 posted.
*/
SELECT
  e.sheet, e.line,
  coalesce(o.FNumber, h.FCompanyID) AS unit_id,
  o.FName_L2 AS unit_name,
  p.FPeriodYear AS fiscal_year,
  p.FPeriodNumber AS period,
  e.FBillID AS voucher_id,
  t.FName_L2 AS voucher_word,
  h.FNumber AS voucher_no,
  e.FSeq AS line_no,
  h.FBookedDate AS voucher_date,
  h.FCreateTime AS entered_at,
  e.FDescription AS description,
  a.FNumber AS account_code,
  coalesce(a.FLongName_L2, a.FName_L2, a.FName) AS account_name,
  CASE e.FEntryDC WHEN '1' THEN '借' WHEN '0' THEN '贷' WHEN '-1' THEN '贷' ELSE e.FEntryDC END AS dc,
  coalesce(e.FLocalAmount, e.FOriginalAmount) AS amount,
  CASE WHEN e.FLocalAmount <> e.FOriginalAmount THEN e.FOriginalAmount END AS foreign_amount,
  nullif(e.FQuantity, '0') AS quantity,
  h.FAttachments AS attachments,
  coalesce(uc.FName_L2, h.FCreatorID) AS prepared_by,
  coalesce(ua.FName_L2, h.FAuditorID) AS approved_by,
  coalesce(up.FName_L2, h.FPosterID) AS posted_by,
  CASE WHEN h.FBizStatus IS NULL THEN NULL WHEN h.FBizStatus = '5' THEN '1' ELSE '0' END AS is_posted,
  CASE WHEN h.FBizStatus = '2' THEN 'void' ELSE 'valid' END AS status
FROM e
LEFT JOIN h ON h.FID = e.FBillID
LEFT JOIN a ON a.FID = e.FAccountID
LEFT JOIN p ON p.FID = h.FPeriodID
LEFT JOIN t ON t.FID = h.FVoucherTypeID
LEFT JOIN o ON o.FID = h.FCompanyID
LEFT JOIN u AS uc ON uc.FID = h.FCreatorID
LEFT JOIN u AS ua ON ua.FID = h.FAuditorID
LEFT JOIN u AS up ON up.FID = h.FPosterID
