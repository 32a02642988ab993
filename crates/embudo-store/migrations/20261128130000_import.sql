-- Files of contacts that a person brought along.
create table import (
  id blob primary key,
  at_ms integer not null,
  -- MessagePack of the whole row
  body blob not null,
  ver integer not null
) strict;
create index import_at on import (at_ms, id);

-- What one act of an import made and changed, for seven days.
create table import_part (
  id blob primary key,
  import_id blob not null,
  no integer not null,
  -- MessagePack of the whole row, with the images from before
  body blob not null,
  ver integer not null
) strict;
create index import_part_of on import_part (import_id, no);

-- identifier.kind 5: words in place of a number, folded. What is there already is filled in as it
-- is written the next time.
