/*
id: built_after_cutoff
title: {zh: 超出改造年限的小区列入改造, en: Buildings too young to be renovated}
status: stable
role: lead
level: high
basis: [audit-2]
why:
  zh: 老旧小区改造有建成年份的界限。清单或登记簿表明楼栋建成晚于界限，资金用在了不该改造的小区，也可能在清单上改早了年份。
  en: Renovation covers buildings until a year. The list or the register says that these were built later; the money goes where it should not, or the year was changed on the list.
not_when:
  zh: 当地另行规定了更晚的年份；连片改造中的个别新楼且未安排资金；登记的是加建、翻建年份。
  en: The place has set a later year; a younger building within an area renovated as a whole, without money of its own; the register gives the year of an extension.
ask:
  zh: 竣工备案或建房审批档案、房屋测绘和首次登记资料、列入计划的依据。
  en: The file of completion or of approval to build, survey and first registration, why it came on the list.
reads: [project, unit_parameter]
optional: [property]
population: {table: project, where: "site IS NOT NULL AND (batch IS NOT NULL OR building IS NOT NULL)"}
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
  least_year: 1900
lead: {unit: unit_id, subject: [batch, estate], amount: amount, currency: currency, on: on_day}
reason:
  zh: "{batch}“{estate}”{buildings}栋建成于{built}年（清单写{listed_built}年，登记簿{registered_built}年），晚于界限{cutoff}年底，安排投资{amount}。"
  en: "{batch} “{estate}”: {buildings} buildings of {built} (list {listed_built}, register {registered_built}), after the end of {cutoff}; {amount} was planned."
examples:
  - says: too young on the list; old on the list and young in the register, the building or the whole estate; the last year that counts, and another estate of the name are left alone
    given:
      project:
        - &line {project_code: L1, batch: 2024年第一批, site: 幸福里小区, building: 1栋, built_year: 2004, planned_total: 500000.00}
        - {<<: *line, project_code: L2, site: 光明新村, building: 2号楼, built_year: 1998}
        - {<<: *line, project_code: L3, site: 向阳小区, built_year: 2000}
        - {<<: *line, project_code: L4, site: 东风小区, built_year: 1995}
        - {<<: *line, project_code: L5, site: 红旗小区, building: null, built_year: null}
      property:
        - {site: 光明新村2栋, property_id: F1, built_year: 2008}
        - {site: 光明新村2栋, property_id: F2, built_year: 2008}
        - {site: 东风新村1栋, property_id: F3, built_year: 2011}
        - {site: 红旗小区1栋, property_id: F4, built_year: 2009}
    expect:
      - {estate: 幸福里小区, built: 2004, amount: 500000.00, project_rows: [1]}
      - {estate: 光明新村, built: 2008, listed_built: 1998, project_rows: [2], property_rows: [1]}
      - {estate: 红旗小区, built: 2009, listed_built: —, project_rows: [5], property_rows: [4]}
*/
WITH lines AS (
  SELECT row_id, unit_id, coalesce(batch, '') AS batch, site, built_year, currency,
    coalesce(approved_on, planned_start, TRY_CAST(concat(regexp_extract(coalesce(batch, ''), '20[0-9]{2}', 0), '-01-01') AS DATE),
      reported_on, DATE '2100-01-01') AS on_day,
    coalesce(estimate, planned_total, proposed, 0) AS amount,
    regexp_replace(regexp_replace(site, $estate_words, '', 'g'), $number, '', 'g') AS estate_key,
    CASE WHEN regexp_matches(coalesce(building, ''), $several) THEN ''
      ELSE coalesce(building, regexp_extract(site, $number, 0)) END AS words
  FROM project
  WHERE site IS NOT NULL AND (batch IS NOT NULL OR building IS NOT NULL OR regexp_matches(coalesce(name, ''), $programme))
    AND coalesce(status, '') <> 'cancelled'
),
listed AS (
  SELECT row_id, unit_id, batch, site, built_year, currency, on_day, amount, estate_key,
    upper(regexp_extract(translate(regexp_replace(regexp_replace(words, '十(号|栋|幢|座|楼|$)', '10', 'g'), '十', '1', 'g'),
      $zh_digits, $digits), $bare, 1)) AS number
  FROM lines
),
homes AS (
  SELECT row_id, built_year, coalesce(site, regexp_replace(address, $place_words, '', 'g')) AS place,
    coalesce(nullif(regexp_extract(coalesce(site, ''), $number, 0), ''),
      regexp_extract(regexp_replace(coalesce(address, ''), $place_words, '', 'g'), $number, 0)) AS words
  FROM property
  WHERE built_year >= $least_year AND cancelled_on IS NULL
),
named AS (
  SELECT row_id, built_year,
    regexp_replace(split_part(regexp_replace(place, $number, '|', 'g'), '|', 1), $estate_words, '', 'g') AS estate_key,
    upper(regexp_extract(translate(regexp_replace(regexp_replace(words, '十(号|栋|幢|座|楼|$)', '10', 'g'), '十', '1', 'g'),
      $zh_digits, $digits), $bare, 1)) AS number
  FROM homes
  WHERE place IS NOT NULL
),
-- What most homes of the building say; one wrong entry accuses nobody.
registered AS (
  SELECT estate_key, number, CAST(floor(median(CAST(built_year AS DOUBLE))) AS BIGINT) AS built_year, min(row_id) AS property_row
  FROM named
  WHERE estate_key <> '' AND number <> ''
  GROUP BY estate_key, number
  UNION ALL
  SELECT estate_key, '' AS number, CAST(floor(median(CAST(built_year AS DOUBLE))) AS BIGINT) AS built_year, min(row_id) AS property_row
  FROM named
  WHERE estate_key <> ''
  GROUP BY estate_key
),
young AS (
  SELECT listed.row_id, listed.unit_id, listed.batch, listed.site, listed.estate_key, listed.currency, listed.on_day, listed.amount,
    listed.built_year AS listed_built, registered.built_year AS registered_built,
    greatest(coalesce(listed.built_year, registered.built_year), coalesce(registered.built_year, listed.built_year)) AS built,
    CAST(cutoff.value AS INTEGER) AS cutoff, registered.property_row
  FROM listed
  LEFT JOIN registered ON registered.estate_key = listed.estate_key AND registered.number = listed.number
  JOIN unit_parameter AS cutoff ON cutoff.unit_id = listed.unit_id AND cutoff.name = 'renovation_cutoff_year'
    AND listed.on_day >= cutoff.valid_from AND listed.on_day < coalesce(cutoff.valid_to, DATE '9999-12-31')
  WHERE greatest(coalesce(listed.built_year, registered.built_year), coalesce(registered.built_year, listed.built_year))
    > CAST(cutoff.value AS INTEGER)
)
SELECT unit_id, batch, max(site) AS estate, max(currency) AS currency,
  CASE WHEN max(on_day) < DATE '2100-01-01' THEN max(on_day) END AS on_day, CAST(sum(amount) AS DECIMAL(18, 2)) AS amount,
  count(*) AS buildings, max(built) AS built, coalesce(CAST(max(listed_built) AS VARCHAR), '—') AS listed_built,
  coalesce(CAST(max(registered_built) AS VARCHAR), '—') AS registered_built, max(cutoff) AS cutoff,
  list_sort(list(DISTINCT row_id)) AS project_rows,
  list_sort(list(DISTINCT property_row) FILTER (WHERE property_row IS NOT NULL)) AS property_rows
FROM young
GROUP BY unit_id, batch, estate_key
