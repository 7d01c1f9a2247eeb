create table episodes (id integer primary key autoincrement, ts integer not null default (strftime('%s', 'now')),
    session_id text not null, task text not null, input text, output text, critique text, reward real default 0.0,
    success boolean default 0, latency_ms integer, tokens_used integer, tags text, metadata json,
    created_at integer not null default (strftime('%s', 'now')));
create table episode_embeddings (episode_id integer primary key, embedding blob not null,
    embedding_model text default 'all-MiniLM-L6-v2',
    foreign key (episode_id) references episodes (id) on delete cascade);
create table skills (id integer primary key autoincrement, name text unique not null, description text,
    signature json not null, code text, success_rate real default 0.0, uses integer default 0,
    avg_reward real default 0.0, avg_latency_ms integer default 0, created_from_episode integer,
    created_at integer not null default (strftime('%s', 'now')),
    updated_at integer not null default (strftime('%s', 'now')), last_used_at integer, metadata json,
    foreign key (created_from_episode) references episodes (id));
create table skill_links (id integer primary key autoincrement, parent_skill_id integer not null,
    child_skill_id integer not null, relationship text not null, weight real default 1.0, metadata json,
    foreign key (parent_skill_id) references skills (id) on delete cascade,
    foreign key (child_skill_id) references skills (id) on delete cascade,
    unique (parent_skill_id, child_skill_id, relationship));
create table skill_embeddings (skill_id integer primary key, embedding blob not null,
    embedding_model text default 'all-MiniLM-L6-v2', foreign key (skill_id) references skills (id) on delete cascade);
create table causal_edges (id integer primary key autoincrement, from_memory_id integer not null,
    from_memory_type text not null, to_memory_id integer not null, to_memory_type text not null,
    similarity real not null default 0.0, uplift real, confidence real default 0.5, sample_size integer,
    evidence_ids text, experiment_ids text, confounder_score real, mechanism text,
    created_at integer not null default (strftime('%s', 'now')),
    updated_at integer not null default (strftime('%s', 'now')), last_validated_at integer, metadata json);
create trigger update_skill_last_used after update of uses on skills begin
    update skills set last_used_at = strftime('%s', 'now') where id = new.id; end;
create trigger update_skill_timestamp after update on skills begin
    update skills set updated_at = strftime('%s', 'now') where id = new.id; end;
create trigger update_causal_edge_timestamp after update on causal_edges begin
    update causal_edges set updated_at = strftime('%s', 'now') where id = new.id; end;
create trigger validate_causal_confidence before insert on causal_edges begin
    select case when new.confidence < 0 or new.confidence > 1 then
        raise(abort, 'Confidence must be between 0 and 1') end; end;
