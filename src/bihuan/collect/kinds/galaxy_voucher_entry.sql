/*
id: galaxy_voucher_entry
title: {zh: 金蝶云星空凭证 T_GL_VOUCHER + T_GL_VOUCHERENTRY, en: Kingdee Cloud Galaxy vouchers T_GL_VOUCHER + T_GL_VOUCHERENTRY}
system: galaxy
table: journal_line
main: e
sheets:
  e:
    names: [T_GL_VoucherEntry]
    needs: [FVOUCHERID, FACCOUNTID, FDC, FAMOUNTFOR]
    may: [FENTRYSEQ, FENTRYID, FEXPLANATION, FAMOUNT, FDETAILID, FQTY]
  h:
    names: [T_GL_Voucher]
    needs: [FVOUCHERID, FDATE, FYEAR, FPERIOD]
    may: [FVOUCHERGROUPID, FVOUCHERGROUPNO, FBILLNO, FNUMBER, FACCOUNTBOOKID, FATTACHMENTS, FCREATORID, FCHECKERID,
          FPOSTERID, FPOSTED, FINVALID]
    key: [FVOUCHERID]
  a:
    names: [T_BD_Account]
    needs: [FACCTID, FNUMBER]
    may: [FNAME]
    key: [FACCTID]
    named: true
  l:
    names: [T_BD_Account_L]
    needs: [FACCTID, FNAME, FLOCALEID]
    key: [FACCTID, FLOCALEID]
    optional: true
  g:
    names: [T_BD_VoucherGroup_L]
    needs: [FVCHGROUPID, FNAME, FLOCALEID]
    key: [FVCHGROUPID, FLOCALEID]
    optional: true
  u:
    names: [T_SEC_User]
    needs: [FUSERID, FNAME]
    key: [FUSERID]
    named: true
    optional: true
notes:
  zh: FDC 1 借 -1 贷；FAMOUNTFOR 是原币，有 FAMOUNT 时以它为本位币；账簿即单位；FINVALID 1 为作废。
  en: >-
    FDC is 1 for debit, -1 for credit; FAMOUNTFOR is foreign where FAMOUNT is there; the account book stands for the
    unit; FINVALID 1 is void.
*/
SELECT
  e.sheet, e.line,
  h.FACCOUNTBOOKID AS unit_id,
  h.FACCOUNTBOOKID AS book_id,
  h.FYEAR AS fiscal_year,
  h.FPERIOD AS period,
  e.FVOUCHERID AS voucher_id,
  coalesce(g.FNAME, h.FVOUCHERGROUPID) AS voucher_word,
  coalesce(h.FVOUCHERGROUPNO, h.FNUMBER, h.FBILLNO) AS voucher_no,
  coalesce(e.FENTRYSEQ, e.FENTRYID) AS line_no,
  h.FDATE AS voucher_date,
  e.FEXPLANATION AS description,
  a.FNUMBER AS account_code,
  coalesce(l.FNAME, a.FNAME) AS account_name,
  CASE e.FDC WHEN '1' THEN '借' WHEN '-1' THEN '贷' WHEN '0' THEN '贷' ELSE e.FDC END AS dc,
  coalesce(e.FAMOUNT, e.FAMOUNTFOR) AS amount,
  CASE WHEN e.FAMOUNT <> e.FAMOUNTFOR THEN e.FAMOUNTFOR END AS foreign_amount,
  nullif(e.FQTY, '0') AS quantity,
  CASE WHEN e.FDETAILID <> '0' THEN 'FDETAILID=' || e.FDETAILID END AS aux,
  h.FATTACHMENTS AS attachments,
  coalesce(uc.FNAME, h.FCREATORID) AS prepared_by,
  coalesce(ua.FNAME, nullif(h.FCHECKERID, '0')) AS approved_by,
  coalesce(up.FNAME, nullif(h.FPOSTERID, '0')) AS posted_by,
  h.FPOSTED AS is_posted,
  CASE WHEN lower(h.FINVALID) IN ('1', 'true') THEN 'void' ELSE 'valid' END AS status
FROM e
LEFT JOIN h ON h.FVOUCHERID = e.FVOUCHERID
LEFT JOIN a ON a.FACCTID = e.FACCOUNTID
LEFT JOIN l ON l.FACCTID = e.FACCOUNTID AND l.FLOCALEID = '2052'
LEFT JOIN g ON g.FVCHGROUPID = h.FVOUCHERGROUPID AND g.FLOCALEID = '2052'
LEFT JOIN u AS uc ON uc.FUSERID = h.FCREATORID
LEFT JOIN u AS ua ON ua.FUSERID = h.FCHECKERID
LEFT JOIN u AS up ON up.FUSERID = h.FPOSTERID
