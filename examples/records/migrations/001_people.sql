create table people (
  id bigint generated always as identity primary key,
  name text not null,
  email text not null unique,
  password_hash text not null,
  role text not null,
  status text not null,
  created_at timestamptz not null default now()
);
