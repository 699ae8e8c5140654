create table visits (
  id bigint generated always as identity primary key,
  note text not null,
  source text not null check (source in ('web', 'worker', 'seed')),
  seed text unique,
  at timestamptz not null default now()
);
