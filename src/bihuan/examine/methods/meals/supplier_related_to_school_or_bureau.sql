/*
id: supplier_related_to_school_or_bureau
title: {zh: 食材供应商与学校或教育部门人员有关联, en: A food supplier is tied to staff of the school or the bureau}
status: stable
role: lead
level: high
basis: [meals]
why:
  zh: 供应商的股东、法定代表人或高管是本校、教育主管部门的工作人员或其亲属，采购、验收和结算可能不公正。
  en: A shareholder, representative or officer of the supplier works at the school or the education bureau, or is kin of somebody who does; buying, accepting and settling may not be impartial.
not_when:
  zh: 关系在供货以前已经终止；亲属登记有误。
  en: The tie ended before the deliveries; a mistake in the register of kin.
ask:
  zh: 采购和定价由谁决定、谁验收，本人有无申报回避，供应商的实际经营人和资金往来。
  en: Who chose the supplier and set the prices, who accepted, whether the tie was declared, who really runs the firm, and its flows of money.
reads: [goods_received, relation]
optional: [official, payroll, kinship]
population: {table: goods_received, where: "coalesce(direction, 'in') = 'in' AND coalesce(supplier_id, supplier_name) IS NOT NULL"}
max_share: 0.5
scope: all
params: {bureau: "教育|教体|营养办|学生资助"}
lead: {unit: unit_id, subject: [supplier], amount: total, currency: currency, on: last_on}
reason:
  zh: "{school}向{supplier_name}购进食材{total}；该企业的股东、法定代表人或高管与{employers}的工作人员为同一人{same}处，有亲属关系{kin}处。"
  en: "{school} bought food for {total} from {supplier_name}; its owners or officers and staff of {employers} are the same person in {same} cases, kin in {kin}."
examples:
  - says: the headmaster's wife owns one supplier, somebody of the bureau runs another; an unrelated owner, staff of another school and a tie that ended are left alone
    given:
      goods_received:
        - &in {unit_id: S1, unit_name: 溪口小学, supplier_id: C1, supplier_name: 丰源粮油, item: 大米, direction: in, amount: 9000.00, moved_on: 2025-05-08}
        - {<<: *in, supplier_id: C2, supplier_name: 绿野配送}
        - {<<: *in, supplier_id: C3, supplier_name: 康牧肉品}
        - {<<: *in, supplier_id: C4, supplier_name: 晨光乳业}
        - {<<: *in, supplier_id: C5, supplier_name: 旧关系商行}
      relation:
        - {org_credit_code: C1, org_name: 丰源粮油, holder_name: 王某, holder_id_no: W1, kind: shareholder}
        - {org_credit_code: C2, org_name: 绿野配送, holder_name: 李某, holder_id_no: B1, kind: legal_person}
        - {org_credit_code: C3, org_name: 康牧肉品, holder_name: 外人, holder_id_no: X1, kind: shareholder}
        - {org_credit_code: C4, org_name: 晨光乳业, holder_name: 他校, holder_id_no: O1, kind: shareholder}
        - {org_credit_code: C5, org_name: 旧关系商行, holder_name: 王某, holder_id_no: W1, kind: shareholder, to_date: 2023-01-01}
      official:
        - {unit_id: S1, unit_name: 溪口小学, name: 校长, id_no: H1, post: 校长}
        - {unit_id: S2, unit_name: 河湾小学, name: 他校, id_no: O1, post: 教师}
      payroll:
        - {unit_id: "201", unit_name: 某县教育局, name: 李某, id_no: B1}
      kinship:
        - {name: 王某, id_no: W1, other_name: 校长, other_id_no: H1, kind: 夫妻}
    expect:
      - {unit_id: S1, supplier: C1, total: 9000.00, same: 0, kin: 1, goods_received_rows: [1], relation_rows: [1], official_rows: [1], kinship_rows: [1]}
      - {unit_id: S1, supplier: C2, same: 1, kin: 0, relation_rows: [2], payroll_rows: [1]}
*/
WITH deliveries AS (
  SELECT unit_id, max(coalesce(unit_name, unit_id)) AS school, coalesce(supplier_id, supplier_name) AS supplier,
    max(supplier_id) AS supplier_id, max(coalesce(supplier_name, supplier_id)) AS supplier_name, currency,
    sum(coalesce(amount, quantity * price, 0)) AS total, min(moved_on) AS first_on, max(moved_on) AS last_on,
    list_sort(list(row_id)) AS goods_received_rows
  FROM goods_received
  WHERE coalesce(direction, 'in') = 'in' AND coalesce(supplier_id, supplier_name) IS NOT NULL
  GROUP BY unit_id, coalesce(supplier_id, supplier_name), currency
),
staff AS (
  SELECT unit_id, coalesce(unit_name, unit_id) AS employer, upper(id_no) AS id_no, row_id AS official_row, NULL AS payroll_row
  FROM official
  WHERE id_no IS NOT NULL
  UNION ALL
  SELECT unit_id, coalesce(unit_name, unit_id) AS employer, upper(id_no) AS id_no, NULL AS official_row, row_id AS payroll_row
  FROM payroll
  WHERE id_no IS NOT NULL
),
employed AS (
  SELECT unit_id, max(employer) AS employer, id_no, min(official_row) AS official_row, min(payroll_row) AS payroll_row
  FROM staff
  GROUP BY unit_id, id_no
),
kin AS (
  SELECT upper(id_no) AS id_no, upper(other_id_no) AS other_id_no, row_id AS kinship_row
  FROM kinship
  WHERE id_no IS NOT NULL AND other_id_no IS NOT NULL
  UNION ALL
  SELECT upper(other_id_no) AS id_no, upper(id_no) AS other_id_no, row_id AS kinship_row
  FROM kinship
  WHERE id_no IS NOT NULL AND other_id_no IS NOT NULL
),
near AS (
  SELECT unit_id, employer, id_no, official_row, payroll_row, NULL AS kinship_row
  FROM employed
  UNION ALL
  SELECT employed.unit_id, employed.employer, kin.other_id_no AS id_no, employed.official_row,
    employed.payroll_row, kin.kinship_row
  FROM employed
  JOIN kin ON kin.id_no = employed.id_no
),
ties AS (
  SELECT row_id, org_credit_code, org_name, upper(holder_id_no) AS holder_id_no, from_date, to_date
  FROM relation
  WHERE holder_id_no IS NOT NULL
),
tied AS (
  SELECT deliveries.unit_id, deliveries.supplier, deliveries.currency, near.employer, ties.row_id AS relation_row,
    near.official_row, near.payroll_row, near.kinship_row
  FROM deliveries
  JOIN ties ON (ties.org_credit_code = deliveries.supplier_id OR ties.org_name = deliveries.supplier_name)
    AND coalesce(ties.from_date, deliveries.last_on) <= deliveries.last_on
    AND coalesce(ties.to_date, deliveries.first_on) >= deliveries.first_on
  JOIN near ON near.id_no = ties.holder_id_no
    AND (near.unit_id = deliveries.unit_id OR regexp_matches(near.employer, $bureau))
),
told AS (
  SELECT unit_id, supplier, currency,
    array_to_string(list_sort(list(DISTINCT employer) FILTER (WHERE employer IS NOT NULL)), '、') AS employers,
    count(DISTINCT CASE WHEN kinship_row IS NULL THEN relation_row END) AS same,
    count(DISTINCT CASE WHEN kinship_row IS NOT NULL THEN relation_row END) AS kin,
    list_sort(list(DISTINCT relation_row) FILTER (WHERE relation_row IS NOT NULL)) AS relation_rows,
    list_sort(list(DISTINCT official_row) FILTER (WHERE official_row IS NOT NULL)) AS official_rows,
    list_sort(list(DISTINCT payroll_row) FILTER (WHERE payroll_row IS NOT NULL)) AS payroll_rows,
    list_sort(list(DISTINCT kinship_row) FILTER (WHERE kinship_row IS NOT NULL)) AS kinship_rows
  FROM tied
  GROUP BY unit_id, supplier, currency
)
SELECT told.unit_id, deliveries.school, told.supplier, deliveries.supplier_name, told.currency,
  CAST(deliveries.total AS DECIMAL(18, 2)) AS total, deliveries.last_on, told.employers,
  told.same, told.kin,
  deliveries.goods_received_rows, told.relation_rows, told.official_rows, told.payroll_rows, told.kinship_rows
FROM told
JOIN deliveries ON deliveries.unit_id = told.unit_id AND deliveries.supplier = told.supplier
  AND deliveries.currency IS NOT DISTINCT FROM told.currency
