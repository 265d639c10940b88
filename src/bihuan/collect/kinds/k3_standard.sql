/*
id: k3_standard
title: {zh: 金蝶 K3 凭证标准格式引出, en: Kingdee K3 vouchers in the standard exchange format}
system: k3
table: journal_line
main: v
sheets:
  v:
    needs: [FDATE, FGROUP, FNUM, FEXP, FACCTID, FDEBIT, FCREDIT]
    may: [FTRANSDATE, FPERIOD, FENTRYID, FACCTNAME, FATTCHMENT, FPREPARE, FCHECK, FPOST, FSETTLENO, FQTY,
          FCLSNAME1, FCLSNAME2, FCLSNAME3, FCLSNAME4, FCLSNAME5, FCLSNAME6, FCLSNAME7, FCLSNAME8,
          FOBJID1, FOBJID2, FOBJID3, FOBJID4, FOBJID5, FOBJID6, FOBJID7, FOBJID8,
          FOBJNAME1, FOBJNAME2, FOBJNAME3, FOBJNAME4, FOBJNAME5, FOBJNAME6, FOBJNAME7, FOBJNAME8]
notes:
  zh: FDATE 是凭证日期，FTRANSDATE 是业务日期；核算项目最多八个。
  en: FDATE is the voucher's date, FTRANSDATE that of the business; up to eight dimensions.
*/
SELECT
  sheet, line,
  FPERIOD AS period,
  FGROUP AS voucher_word,
  FNUM AS voucher_no,
  FENTRYID AS line_no,
  coalesce(FDATE, FTRANSDATE) AS voucher_date,
  FEXP AS description,
  FACCTID AS account_code,
  FACCTNAME AS account_name,
  FDEBIT AS debit,
  FCREDIT AS credit,
  nullif(concat_ws(
    ';',
    FCLSNAME1 || '=' || concat_ws(' ', FOBJID1, FOBJNAME1),
    FCLSNAME2 || '=' || concat_ws(' ', FOBJID2, FOBJNAME2),
    FCLSNAME3 || '=' || concat_ws(' ', FOBJID3, FOBJNAME3),
    FCLSNAME4 || '=' || concat_ws(' ', FOBJID4, FOBJNAME4),
    FCLSNAME5 || '=' || concat_ws(' ', FOBJID5, FOBJNAME5),
    FCLSNAME6 || '=' || concat_ws(' ', FOBJID6, FOBJNAME6),
    FCLSNAME7 || '=' || concat_ws(' ', FOBJID7, FOBJNAME7),
    FCLSNAME8 || '=' || concat_ws(' ', FOBJID8, FOBJNAME8)
  ), '') AS aux,
  FSETTLENO AS settlement_no,
  FQTY AS quantity,
  FATTCHMENT AS attachments,
  FPREPARE AS prepared_by,
  FCHECK AS approved_by,
  FPOST AS posted_by
FROM v
