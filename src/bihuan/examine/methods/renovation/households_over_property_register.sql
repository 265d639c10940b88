/*
id: households_over_property_register
title: {zh: 申报改造户数多于不动产登记, en: More households are to be renovated than the register knows}
status: stable
role: lead
level: high
basis: [audit-2]
why:
  zh: 老旧小区改造按户、按楼栋安排资金。申报的户数明显多于该楼登记的住房套数，或者申报的楼栋在登记簿里没有而同小区其他楼都有，可能虚报套取资金。
  en: Money for renovation follows homes and buildings. A list with clearly more homes than the register has for the building, or with a building that the register lacks while it knows the others of the estate, may be invented.
not_when:
  zh: 公房、单位房未登记；一套登记、分户居住；楼栋编号前后不一致；登记摘录不全。
  en: Public or company housing without titles; several households in one registered home; buildings renumbered; an incomplete extract.
ask:
  zh: 住户花名册、水电气户数、房屋测绘图、社区核实表、现场数户。
  en: The list of residents, meters for water and power, the survey of the building, the community's check, a count on site.
reads: [project, property, unit_parameter]
population: {table: project, where: "households > 0 AND site IS NOT NULL AND (batch IS NOT NULL OR building IS NOT NULL)"}
max_share: 0.3
scope: all
params:
  estate_words: "(职工|住宅|小区|家属院|家属楼|家属区|宿舍|生活区|社区|大院|[[:space:]·、,.:;-]|[(（][^)）]*[)）])"
  place_words: "^.*(街道|路|街|巷|道|弄)[0-9]+号"
  number: "([0-9A-Za-z一二三四五六七八九十]+) ?[#＃]? ?(号楼|栋|幢|座|楼|#)"
  zh_digits: "一二三四五六七八九"
  digits: "123456789"
  several: "[-—~至到、,，和及]"
  bare: "([0-9A-Za-z]+)"
  programme: "老旧小区|旧住宅区|旧改|棚户区"
  shops: "商业|办公|车库|车位|仓储|工业|店铺|商铺|储藏"
  least_homes: 3
  few_homes: 2
lead: {unit: unit_id, subject: [batch, estate], amount: at_risk, currency: currency, on: on_day}
reason:
  zh: "{batch}“{estate}”申报改造{listed}户，登记簿有{registered}套，{buildings}栋多报共{more}户（其中登记簿没有的楼栋{unknown}栋），约多得{at_risk}。"
  en: "{batch} “{estate}”: {listed} households are listed, the register has {registered} homes; {more} too many in {buildings} buildings ({unknown} of them unknown to the register), about {at_risk}."
examples:
  - says: ten too many in one building, another that nobody has registered, an estate listed as a whole, one by a range; near agreement, two owners of one home, shops, an estate without any titles and a namesake are left alone
    given:
      project:
        - &line {project_code: L1, batch: 2024年, site: 幸福里小区, building: 1栋, households: 14, planned_total: 140000.00}
        - {<<: *line, project_code: L2, building: 2#楼, households: 4}
        - {<<: *line, project_code: L3, building: 三号楼, households: 20}
        - {<<: *line, project_code: L4, site: 棉纺厂宿舍, households: 30}
        - {<<: *line, project_code: L5, site: 建设路12号院, building: null, households: 20, planned_total: 200000.00}
        - {<<: *line, project_code: L6, site: 东风小区, building: 1-2栋, households: 2}
      property:
        - &home {site: 幸福里1栋, property_id: F101, use: 成套住宅, owner: 甲}
        - {<<: *home, owner: 乙}
        - {<<: *home, property_id: F102}
        - {<<: *home, property_id: F103}
        - {<<: *home, property_id: F104}
        - {<<: *home, property_id: S1, use: 商业服务}
        - {<<: *home, property_id: F201, site: null, address: 某县人民路12号幸福里2栋1单元101室}
        - {<<: *home, property_id: F202, site: 幸福里2幢}
        - {<<: *home, property_id: F203, site: 幸福里2幢}
        - {<<: *home, property_id: F901, site: 幸福新村1栋}
        - {<<: *home, property_id: G1, site: 建设路12号院一栋}
        - {<<: *home, property_id: G2, site: 建设路12号院2栋}
        - {<<: *home, property_id: H1, site: 东风小区, address: 某县东风路3号东风小区1栋101室}
        - {<<: *home, property_id: H2, site: 东风小区, address: 某县东风路3号东风小区2栋101室}
    expect:
      - {batch: 2024年, estate: 幸福里小区, listed: 38, registered: 7, more: 30, buildings: 2, unknown: 1, at_risk: 240000.00, project_rows: [1, 3]}
      - {batch: 2024年, estate: 建设路12号院, listed: 20, registered: 2, more: 18, project_rows: [5]}
*/
WITH lines AS (
  SELECT row_id, unit_id, coalesce(batch, '') AS batch, site, households, currency,
    coalesce(approved_on, planned_start, reported_on, DATE '2100-01-01') AS on_day,
    coalesce(estimate, planned_total, proposed, 0) AS amount,
    regexp_replace(regexp_replace(site, $estate_words, '', 'g'), $number, '', 'g') AS estate_key,
    CASE WHEN regexp_matches(coalesce(building, ''), $several) THEN ''
      ELSE coalesce(building, regexp_extract(site, $number, 0)) END AS words
  FROM project
  WHERE households > 0 AND site IS NOT NULL AND (batch IS NOT NULL OR building IS NOT NULL OR regexp_matches(coalesce(name, ''), $programme))
    AND coalesce(status, '') <> 'cancelled'
),
-- Where a line names no single building it is compared with all homes of the estate.
listed AS (
  SELECT row_id, unit_id, batch, site, households, currency, on_day, amount, estate_key,
    upper(regexp_extract(translate(regexp_replace(regexp_replace(words, '十(号|栋|幢|座|楼|$)', '10', 'g'), '十', '1', 'g'),
      $zh_digits, $digits), $bare, 1)) AS number
  FROM lines
),
homes AS (
  SELECT property_id, coalesce(site, regexp_replace(address, $place_words, '', 'g')) AS place,
    coalesce(nullif(regexp_extract(coalesce(site, ''), $number, 0), ''),
      regexp_extract(regexp_replace(coalesce(address, ''), $place_words, '', 'g'), $number, 0)) AS words
  FROM property
  WHERE property_id IS NOT NULL AND cancelled_on IS NULL AND NOT regexp_matches(coalesce(use, ''), $shops)
),
named AS (
  SELECT property_id, regexp_replace(split_part(regexp_replace(place, $number, '|', 'g'), '|', 1), $estate_words, '', 'g') AS estate_key,
    upper(regexp_extract(translate(regexp_replace(regexp_replace(words, '十(号|栋|幢|座|楼|$)', '10', 'g'), '十', '1', 'g'),
      $zh_digits, $digits), $bare, 1)) AS number
  FROM homes
  WHERE place IS NOT NULL
),
registered AS (
  SELECT estate_key, number, count(DISTINCT property_id) AS homes
  FROM named
  WHERE estate_key <> '' AND number <> ''
  GROUP BY estate_key, number
),
estates AS (
  SELECT estate_key, count(DISTINCT property_id) AS homes
  FROM named
  WHERE estate_key <> ''
  GROUP BY estate_key
),
known AS (
  SELECT estate_key
  FROM registered
  GROUP BY estate_key
),
whole AS (
  SELECT unit_id, batch, estate_key, sum(households) AS households, min(row_id) AS first_row
  FROM listed
  WHERE number = ''
  GROUP BY unit_id, batch, estate_key
),
-- An estate that the extract does not know at all says nothing; one building that it lacks says something.
compared AS (
  SELECT listed.row_id, listed.unit_id, listed.batch, listed.site, listed.estate_key, listed.households, listed.currency,
    listed.on_day, listed.amount, coalesce(registered.homes, 0) AS homes, registered.homes IS NULL AS is_unknown,
    greatest(listed.households - coalesce(registered.homes, 0), 0) AS more
  FROM listed
  JOIN estates ON estates.estate_key = listed.estate_key
  JOIN known ON known.estate_key = listed.estate_key
  LEFT JOIN registered ON registered.estate_key = listed.estate_key AND registered.number = listed.number
  WHERE listed.number <> ''
  UNION ALL
  SELECT listed.row_id, listed.unit_id, listed.batch, listed.site, listed.estate_key, listed.households, listed.currency,
    listed.on_day, listed.amount, CASE WHEN listed.row_id = whole.first_row THEN estates.homes ELSE 0 END AS homes, false AS is_unknown,
    CASE WHEN whole.households > estates.homes THEN listed.households * (whole.households - estates.homes) / nullif(whole.households, 0) ELSE 0 END AS more
  FROM listed
  JOIN whole ON whole.unit_id = listed.unit_id AND whole.batch = listed.batch AND whole.estate_key = listed.estate_key
  JOIN estates ON estates.estate_key = listed.estate_key
  WHERE listed.number = ''
),
totals AS (
  SELECT compared.unit_id, compared.batch, compared.estate_key, max(compared.site) AS estate, sum(compared.households) AS listed,
    sum(compared.homes) AS registered, max(CAST(tolerance.value AS DECIMAL(9, 4))) AS tolerance,
    sum(compared.households) - sum(compared.homes)
      >= greatest($least_homes, sum(compared.homes) * max(CAST(tolerance.value AS DECIMAL(9, 4)))) AS is_over
  FROM compared
  JOIN unit_parameter AS tolerance ON tolerance.unit_id = compared.unit_id AND tolerance.name = 'renovation_home_tolerance'
    AND compared.on_day >= tolerance.valid_from AND compared.on_day < coalesce(tolerance.valid_to, DATE '9999-12-31')
  GROUP BY compared.unit_id, compared.batch, compared.estate_key
)
SELECT totals.unit_id, totals.batch, max(totals.estate) AS estate, max(compared.currency) AS currency,
  CASE WHEN max(compared.on_day) < DATE '2100-01-01' THEN max(compared.on_day) END AS on_day, max(totals.listed) AS listed,
  max(totals.registered) AS registered, CAST(round(sum(compared.more)) AS BIGINT) AS more, count(*) AS buildings,
  count(*) FILTER (WHERE compared.is_unknown) AS unknown,
  CAST(sum(compared.amount * compared.more / nullif(compared.households, 0)) AS DECIMAL(18, 2)) AS at_risk,
  list_sort(list(DISTINCT compared.row_id)) AS project_rows
FROM totals
JOIN compared ON compared.unit_id = totals.unit_id AND compared.batch = totals.batch AND compared.estate_key = totals.estate_key
WHERE compared.more > compared.homes * totals.tolerance
  AND (compared.more >= $least_homes OR totals.is_over AND compared.more >= $few_homes)
GROUP BY totals.unit_id, totals.batch, totals.estate_key
