-- As AgentDB 3's tool agentdb_init makes them, of the tables that matter.
create table episodes ( id INTEGER PRIMARY KEY AUTOINCREMENT, ts INTEGER DEFAULT (strftime('%s', 'now')), session_id
    TEXT NOT NULL, task TEXT NOT NULL, input TEXT, output TEXT, critique TEXT, reward REAL NOT NULL, success INTEGER
    NOT NULL, latency_ms INTEGER, tokens_used INTEGER, tags TEXT, metadata TEXT );
create table episode_embeddings ( episode_id INTEGER PRIMARY KEY, embedding BLOB NOT NULL, FOREIGN KEY (episode_id)
    REFERENCES episodes(id) ON DELETE CASCADE );
create table skills ( id INTEGER PRIMARY KEY AUTOINCREMENT, ts INTEGER DEFAULT (strftime('%s', 'now')), name TEXT
    UNIQUE NOT NULL, description TEXT NOT NULL, signature TEXT, code TEXT, success_rate REAL DEFAULT 0.0, uses INTEGER
    DEFAULT 0, avg_reward REAL DEFAULT 0.0, avg_latency_ms REAL DEFAULT 0.0, tags TEXT, metadata TEXT );
create table skill_embeddings ( skill_id INTEGER PRIMARY KEY, embedding BLOB NOT NULL, FOREIGN KEY (skill_id)
    REFERENCES skills(id) ON DELETE CASCADE );
create table causal_edges ( id INTEGER PRIMARY KEY AUTOINCREMENT, ts INTEGER DEFAULT (strftime('%s', 'now')),
    from_memory_id INTEGER NOT NULL, from_memory_type TEXT NOT NULL, to_memory_id INTEGER NOT NULL, to_memory_type
    TEXT NOT NULL, similarity REAL DEFAULT 0.0, uplift REAL NOT NULL, confidence REAL DEFAULT 0.95, sample_size
    INTEGER DEFAULT 0, evidence_ids TEXT, experiment_ids TEXT, confounder_score REAL DEFAULT 0.0, mechanism TEXT,
    metadata TEXT );
