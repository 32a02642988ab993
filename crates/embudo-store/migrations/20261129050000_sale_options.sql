-- An answer moves a lead on from Intake; and after how many days without a move the marker Stuck is
-- suggested, null: never.
alter table sale_settings add column moves_on_with_an_answer integer not null default 0 check (moves_on_with_an_answer in (0, 1));
alter table sale_settings add column suggests_stuck_days integer;
