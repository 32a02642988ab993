-- Every column's count, counted.
select stage_id, count(*) from lead where closed_at_ms is null group by stage_id
