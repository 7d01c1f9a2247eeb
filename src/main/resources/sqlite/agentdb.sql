-- The tables, indexes and triggers of a file of AgentDB 3's, without its views, which it makes itself. Most stay empty: its MCP server fails
-- where one is missing.
create table episodes (id integer primary key autoincrement, ts integer not null default (strftime('%s',
    'now')), session_id text not null, task text not null, input text, output text, critique text, reward real
    default 0.0, success boolean default 0, latency_ms integer, tokens_used integer, tags text, metadata json,
    created_at integer not null default (strftime('%s', 'now')));
create index idx_episodes_ts on episodes (ts desc);
create index idx_episodes_session on episodes (session_id);
create index idx_episodes_reward on episodes (reward desc);
create index idx_episodes_task on episodes (task);
create table episode_embeddings (episode_id integer primary key, embedding blob not null, embedding_model text
    default 'all-MiniLM-L6-v2', foreign key(episode_id) references episodes(id) on delete cascade);
create table skills (id integer primary key autoincrement, name text unique not null, description text,
    signature json not null, code text, success_rate real default 0.0, uses integer default 0, avg_reward real
    default 0.0, avg_latency_ms integer default 0, created_from_episode integer, created_at integer not null
    default (strftime('%s', 'now')), updated_at integer not null default (strftime('%s', 'now')), last_used_at
    integer, metadata json, foreign key(created_from_episode) references episodes(id));
create index idx_skills_success on skills (success_rate desc);
create index idx_skills_uses on skills (uses desc);
create index idx_skills_name on skills (name);
create table skill_links (id integer primary key autoincrement, parent_skill_id integer not null,
    child_skill_id integer not null, relationship text not null, weight real default 1.0, metadata json,
    foreign key(parent_skill_id) references skills(id) on delete cascade, foreign key(child_skill_id)
    references skills(id) on delete cascade, unique(parent_skill_id, child_skill_id, relationship));
create index idx_skill_links_parent on skill_links (parent_skill_id);
create index idx_skill_links_child on skill_links (child_skill_id);
create table skill_embeddings (skill_id integer primary key, embedding blob not null, embedding_model text
    default 'all-MiniLM-L6-v2', foreign key(skill_id) references skills(id) on delete cascade);
create table facts (id integer primary key autoincrement, subject text not null, predicate text not null,
    object text not null, source_type text, source_id integer, confidence real default 1.0, created_at integer
    not null default (strftime('%s', 'now')), expires_at integer, metadata json);
create index idx_facts_subject on facts (subject);
create index idx_facts_predicate on facts (predicate);
create index idx_facts_object on facts (object);
create index idx_facts_source on facts (source_type, source_id);
create index idx_facts_expires on facts (expires_at) where expires_at is not null;
create table notes (id integer primary key autoincrement, title text, text text not null, summary text,
    note_type text default 'general', importance real default 0.5, access_count integer default 0,
    last_accessed_at integer, created_at integer not null default (strftime('%s', 'now')), updated_at integer
    not null default (strftime('%s', 'now')), metadata json);
create index idx_notes_type on notes (note_type);
create index idx_notes_importance on notes (importance desc);
create index idx_notes_accessed on notes (last_accessed_at desc);
create table note_embeddings (note_id integer primary key, embedding blob not null, embedding_model text
    default 'all-MiniLM-L6-v2', foreign key(note_id) references notes(id) on delete cascade);
create table events (id integer primary key autoincrement, session_id text not null, episode_id integer, step
    integer not null, phase text, role text, content text not null, features json, tool_calls json, created_at
    integer not null default (strftime('%s', 'now')), foreign key(episode_id) references episodes(id) on
    delete cascade);
create index idx_events_session on events (session_id, step);
create index idx_events_phase on events (phase);
create index idx_events_episode on events (episode_id);
create table consolidated_memories (id integer primary key autoincrement, session_id text not null,
    start_event_id integer not null, end_event_id integer not null, phase text, summary text not null,
    key_insights json, success_patterns json, failure_patterns json, quality_score real default 0.5,
    created_at integer not null default (strftime('%s', 'now')), foreign key(start_event_id) references
    events(id), foreign key(end_event_id) references events(id));
create index idx_consolidated_session on consolidated_memories (session_id);
create index idx_consolidated_quality on consolidated_memories (quality_score desc);
create table exp_nodes (id integer primary key autoincrement, kind text not null, label text not null, payload
    json, centrality real default 0.0, created_at integer not null default (strftime('%s', 'now')), updated_at
    integer not null default (strftime('%s', 'now')));
create index idx_exp_nodes_kind on exp_nodes (kind);
create index idx_exp_nodes_label on exp_nodes (label);
create index idx_exp_nodes_centrality on exp_nodes (centrality desc);
create table exp_edges (id integer primary key autoincrement, src_node_id integer not null, dst_node_id
    integer not null, relationship text not null, weight real default 1.0, metadata json, created_at integer
    not null default (strftime('%s', 'now')), foreign key(src_node_id) references exp_nodes(id) on delete
    cascade, foreign key(dst_node_id) references exp_nodes(id) on delete cascade, unique(src_node_id,
    dst_node_id, relationship));
create index idx_exp_edges_src on exp_edges (src_node_id);
create index idx_exp_edges_dst on exp_edges (dst_node_id);
create index idx_exp_edges_rel on exp_edges (relationship);
create table exp_node_embeddings (node_id integer primary key, embedding blob not null, embedding_model text
    default 'all-MiniLM-L6-v2', foreign key(node_id) references exp_nodes(id) on delete cascade);
create table memory_scores (id integer primary key autoincrement, memory_type text not null, memory_id integer
    not null, quality_score real not null, novelty_score real, relevance_score real, utility_score real,
    computed_at integer not null default (strftime('%s', 'now')), metadata json);
create index idx_memory_scores_type on memory_scores (memory_type, memory_id);
create index idx_memory_scores_quality on memory_scores (quality_score desc);
create table memory_access_log (id integer primary key autoincrement, memory_type text not null, memory_id
    integer not null, query text, relevance_score real, was_useful boolean, feedback json, accessed_at integer
    not null default (strftime('%s', 'now')));
create index idx_access_log_type on memory_access_log (memory_type, memory_id);
create index idx_access_log_time on memory_access_log (accessed_at desc);
create table consolidation_runs (id integer primary key autoincrement, job_type text not null,
    records_processed integer default 0, records_created integer default 0, records_deleted integer default 0,
    duration_ms integer, status text default 'pending', error text, started_at integer, completed_at integer,
    metadata json);
create index idx_consolidation_status on consolidation_runs (status);
create index idx_consolidation_type on consolidation_runs (job_type);
create trigger update_skill_last_used after update of uses on skills begin update skills set last_used_at =
    strftime('%s', 'now') where id = new.id; end;
create trigger update_note_access after update of access_count on notes begin update notes set
    last_accessed_at = strftime('%s', 'now') where id = new.id; end;
create trigger update_skill_timestamp after update on skills begin update skills set updated_at =
    strftime('%s', 'now') where id = new.id; end;
create trigger update_note_timestamp after update on notes begin update notes set updated_at = strftime('%s',
    'now') where id = new.id; end;
create table causal_edges (id integer primary key autoincrement, from_memory_id integer not null,
    from_memory_type text not null, to_memory_id integer not null, to_memory_type text not null, similarity
    real not null default 0.0, uplift real, confidence real default 0.5, sample_size integer, evidence_ids
    text, experiment_ids text, confounder_score real, mechanism text, created_at integer not null default
    (strftime('%s', 'now')), updated_at integer not null default (strftime('%s', 'now')), last_validated_at
    integer, metadata json);
create index idx_causal_edges_from on causal_edges (from_memory_id, from_memory_type);
create index idx_causal_edges_to on causal_edges (to_memory_id, to_memory_type);
create index idx_causal_edges_uplift on causal_edges (uplift desc);
create index idx_causal_edges_confidence on causal_edges (confidence desc);
create table causal_experiments (id integer primary key autoincrement, name text not null, hypothesis text not
    null, treatment_id integer not null, treatment_type text not null, control_id integer, start_time integer
    not null, end_time integer, sample_size integer default 0, treatment_mean real, control_mean real, uplift
    real, p_value real, confidence_interval_low real, confidence_interval_high real, status text default
    'running', metadata json, created_at integer not null default (strftime('%s', 'now')));
create index idx_causal_experiments_status on causal_experiments (status);
create index idx_causal_experiments_treatment on causal_experiments (treatment_id, treatment_type);
create table causal_observations (id integer primary key autoincrement, experiment_id integer not null,
    episode_id integer not null, is_treatment boolean not null, outcome_value real not null, outcome_type
    text, context json, observed_at integer not null default (strftime('%s', 'now')), foreign
    key(experiment_id) references causal_experiments(id) on delete cascade, foreign key(episode_id) references
    episodes(id) on delete cascade);
create index idx_causal_observations_experiment on causal_observations (experiment_id);
create index idx_causal_observations_treatment on causal_observations (is_treatment);
create table recall_certificates (id text primary key, query_id text not null, query_text text not null,
    chunk_ids text not null, chunk_types text not null, minimal_why text, redundancy_ratio real,
    completeness_score real, merkle_root text not null, source_hashes text, proof_chain text, policy_proof
    text, policy_version text, access_level text, created_at integer not null default (strftime('%s', 'now')),
    latency_ms integer, metadata json);
create index idx_recall_certificates_query on recall_certificates (query_id);
create index idx_recall_certificates_created on recall_certificates (created_at desc);
create table provenance_sources (id integer primary key autoincrement, source_type text not null, source_id
    integer not null, content_hash text not null unique, parent_hash text, derived_from text, created_at
    integer not null default (strftime('%s', 'now')), creator text, metadata json);
create index idx_provenance_sources_type on provenance_sources (source_type, source_id);
create index idx_provenance_sources_hash on provenance_sources (content_hash);
create index idx_provenance_sources_parent on provenance_sources (parent_hash);
create table justification_paths (id integer primary key autoincrement, certificate_id text not null, chunk_id
    text not null, chunk_type text not null, reason text not null, necessity_score real not null,
    path_elements text, foreign key(certificate_id) references recall_certificates(id) on delete cascade);
create index idx_justification_paths_cert on justification_paths (certificate_id);
create index idx_justification_paths_chunk on justification_paths (chunk_id, chunk_type);
create trigger update_causal_edge_timestamp after update on causal_edges begin update causal_edges set
    updated_at = strftime('%s', 'now') where id = new.id; end;
create trigger validate_causal_confidence before insert on causal_edges begin select case when new.confidence
    < 0 or new.confidence > 1 then raise(abort, 'Confidence must be between 0 and 1') end;
end;
create table learning_experiences (id integer primary key autoincrement, session_id text not null, state text
    not null, action text not null, reward real not null, next_state text, success integer not null default 0,
    timestamp integer not null default (strftime('%s', 'now')), metadata json);
create index idx_learning_experiences_session on learning_experiences (session_id);
create index idx_learning_experiences_timestamp on learning_experiences (timestamp desc);
create index idx_learning_experiences_reward on learning_experiences (reward desc);
create table learning_sessions (id text primary key, user_id text not null, session_type text not null, config
    json not null, start_time integer not null default (strftime('%s', 'now')), end_time integer, status text
    not null default 'active', metadata json);
create index idx_learning_sessions_user on learning_sessions (user_id);
create index idx_learning_sessions_status on learning_sessions (status);
create index idx_learning_sessions_start on learning_sessions (start_time desc);
-- Ours: which record a row is, and of a causal edge which records its ends are, also where they are no rows here.
create table agentdb_sync_export (kind text not null, row integer not null, id text not null, from_id text, to_id text,
    primary key (kind, row)) without rowid;
create index agentdb_sync_export_id on agentdb_sync_export (id);
