/*
id: nc_gl_detail
title: {zh: 用友 NC 凭证 gl_voucher + gl_detail, en: Yonyou NC vouchers gl_voucher + gl_detail}
system: nc
table: journal_line
main: d
sheets:
  d:
    names: [gl_detail]
    needs: [pk_voucher, detailindex, explanation, localdebitamount, localcreditamount]
    may: [accsubj_code, accsubjcode, pk_accsubj, pk_accasoa, assid, debitamount, creditamount,
          debitquantity, creditquantity, oppositesubj, dr]
  h:
    names: [gl_voucher]
    needs: [pk_voucher, prepareddate]
    may: [year, period, 'no', num, pk_vouchertype, attachment, pk_prepared, pk_checked, pk_manager,
          discardflag, dr, pk_corp, pk_org, pk_glorgbook, pk_accountingbook, pk_system]
    key: [pk_voucher]
  b:
    names: [bd_accsubj]
    needs: [pk_accsubj, subjcode, subjname]
    key: [pk_accsubj]
    optional: true
  k:
    names: [bd_accasoa]
    needs: [pk_accasoa]
    may: [code, accountcode, name, dispname, pk_account]
    key: [pk_accasoa]
    named: true
    unless: accsubj_code
  n:
    names: [bd_account]
    needs: [pk_account, code, name]
    key: [pk_account]
    named: true
    optional: true
  t:
    names: [bd_vouchertype]
    needs: [pk_vouchertype, name]
    key: [pk_vouchertype]
    named: true
    optional: true
  u:
    names: [sm_user]
    needs: [cuserid, user_name]
    key: [cuserid]
    optional: true
  o:
    names: [bd_corp]
    needs: [pk_corp, unitcode, unitname]
    key: [pk_corp]
    optional: true
skip:
  - when: period IN ('0', '00')
    reason: {zh: NC 期初（period 00），不是凭证, en: "NC opening balances (period 00), not vouchers"}
notes:
  zh: discardflag 为 Y 或 dr 为 1 的保留并标作废；科目只有主键时要同时交来 bd_accasoa 或 bd_accsubj。
  en: >-
    discardflag Y or dr 1 is kept and marked void; where accounts are only keys, bd_accasoa or bd_accsubj must come too.
*/
SELECT
  d.sheet, d.line,
  coalesce(o.unitcode, h.pk_corp, h.pk_org) AS unit_id,
  o.unitname AS unit_name,
  coalesce(h.pk_glorgbook, h.pk_accountingbook) AS book_id,
  h.year AS fiscal_year,
  h.period,
  d.pk_voucher AS voucher_id,
  coalesce(t.name, h.pk_vouchertype) AS voucher_word,
  coalesce(h.no, h.num) AS voucher_no,
  d.detailindex AS line_no,
  h.prepareddate AS voucher_date,
  d.explanation AS description,
  coalesce(d.accsubj_code, d.accsubjcode, b.subjcode, k.accountcode, k.code, n.code) AS account_code,
  coalesce(b.subjname, k.dispname, k.name, n.name) AS account_name,
  d.localdebitamount AS debit,
  d.localcreditamount AS credit,
  coalesce(nullif(d.debitamount, d.localdebitamount), nullif(d.creditamount, d.localcreditamount)) AS foreign_amount,
  coalesce(nullif(d.debitquantity, '0'), nullif(d.creditquantity, '0')) AS quantity,
  d.oppositesubj AS counter_account,
  d.assid AS aux,
  h.attachment AS attachments,
  coalesce(up.user_name, h.pk_prepared) AS prepared_by,
  coalesce(uc.user_name, h.pk_checked) AS approved_by,
  coalesce(um.user_name, h.pk_manager) AS posted_by,
  CASE WHEN h.pk_manager IS NOT NULL THEN '1' ELSE '0' END AS is_posted,
  CASE WHEN upper(h.discardflag) IN ('Y', '1') OR h.dr = '1' OR d.dr = '1' THEN 'void' ELSE 'valid' END AS status,
  h.pk_system AS origin_system
FROM d
LEFT JOIN h ON h.pk_voucher = d.pk_voucher
LEFT JOIN b ON b.pk_accsubj = d.pk_accsubj
LEFT JOIN k ON k.pk_accasoa = d.pk_accasoa
LEFT JOIN n ON n.pk_account = k.pk_account
LEFT JOIN t ON t.pk_vouchertype = h.pk_vouchertype
LEFT JOIN o ON o.pk_corp = h.pk_corp
LEFT JOIN u AS up ON up.cuserid = h.pk_prepared
LEFT JOIN u AS uc ON uc.cuserid = h.pk_checked
LEFT JOIN u AS um ON um.cuserid = h.pk_manager
