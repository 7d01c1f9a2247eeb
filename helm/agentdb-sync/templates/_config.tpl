{{- define "agentdb-sync.nodeId" -}}
{{- default (include "agentdb-sync.fullname" . | trunc 31 | trimSuffix "-") .Values.node.id }}
{{- end }}

{{- define "agentdb-sync.authSecret" -}}
{{- default (printf "%s-auth" (include "agentdb-sync.fullname" .)) .Values.auth.existingSecret }}
{{- end }}

{{- define "agentdb-sync.tlsSecret" -}}
{{- /* The two have names of their own: under one, the chart could not take over what cert-manager has made when that is switched off. */}}
{{- $kind := .Values.tls.server.certManager.enabled | ternary "certificate" "tls" }}
{{- default (printf "%s-%s" (include "agentdb-sync.fullname" .) $kind) .Values.tls.server.existingSecret }}
{{- end }}

{{- define "agentdb-sync.databaseCluster" -}}
{{ include "agentdb-sync.fullname" . }}-db
{{- end }}

{{/* CloudNativePG makes the secret <cluster>-app for the database's owner. */}}
{{- define "agentdb-sync.databaseSecret" -}}
{{- if .Values.cloudnativepg.enabled }}
{{- include "agentdb-sync.databaseCluster" . }}-app
{{- else if .Values.database.existingSecret }}
{{- .Values.database.existingSecret }}
{{- else }}
{{- fail "database.existingSecret: name the secret that holds the database's user and password, or switch cloudnativepg.enabled on" }}
{{- end }}
{{- end }}

{{- define "agentdb-sync.sslMode" -}}
{{- $verifiable := or .Values.cloudnativepg.enabled .Values.database.ca.existingSecret }}
{{- default (ternary "verify-full" "" (not (empty $verifiable))) .Values.database.sslMode }}
{{- end }}

{{/* Which key of which secret has the authority of the database's certificate; empty if nothing is verified by one. */}}
{{- define "agentdb-sync.databaseCa" -}}
{{- if .Values.cloudnativepg.enabled }}
{{- if hasPrefix "verify-" (include "agentdb-sync.sslMode" .) }}
secretName: {{ dig "certificates" "serverCASecret" (printf "%s-ca" (include "agentdb-sync.databaseCluster" .)) .Values.cloudnativepg.spec | quote }}
key: ca.crt
{{- end }}
{{- else if .Values.database.ca.existingSecret }}
secretName: {{ .Values.database.ca.existingSecret | quote }}
key: {{ .Values.database.ca.key | quote }}
{{- end }}
{{- end }}

{{- define "agentdb-sync.sslOptions" -}}
{{- with include "agentdb-sync.sslMode" . }}
{{- if not (hasPrefix "verify-" .) }}
{{- printf "?sslmode=%s" . }}
{{- else if include "agentdb-sync.databaseCa" $ }}
{{- printf "?sslmode=%s&sslrootcert=/etc/agentdb-sync/tls/database/ca.crt" . }}
{{- else }}
{{- fail (printf "database.ca.existingSecret: name the secret with the authority of the database's certificate, which sslMode %s verifies" .) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "agentdb-sync.databaseUrl" -}}
{{- $database := .Values.database }}
{{- if .Values.cloudnativepg.enabled }}
{{- /* Of the names that the operator makes the certificate for, this one. */}}
{{- printf "jdbc:postgresql://%s-rw:5432/%s%s" (include "agentdb-sync.databaseCluster" .) $database.name (include "agentdb-sync.sslOptions" .) }}
{{- else if $database.url }}
{{- $database.url }}
{{- else if $database.host }}
{{- printf "jdbc:postgresql://%s:%v/%s%s" $database.host $database.port $database.name (include "agentdb-sync.sslOptions" .) }}
{{- else }}
{{- fail "database.host: say where PostgreSQL is (or database.url), or switch cloudnativepg.enabled on" }}
{{- end }}
{{- end }}

{{/*
The application's settings without a secret: those are files, each named as a property, which ${…} refers to. A list has to come from one
place whole, hence the placeholders within lists.
*/}}
{{- define "agentdb-sync.applicationYaml" -}}
{{- $server := dict "tls" (include "agentdb-sync.serverTls" . | fromYaml) }}
{{- if .Values.auth.sharedToken }}
{{- $_ := set $server "auth-token" "${peer-token}" }}
{{- end }}
{{- with .Values.tls.server.clients }}
{{- $_ := set $server "certificates" . }}
{{- end }}
{{- if .Values.auth.tokens.existingSecret }}
{{- $_ := set $server "tokens-file" "/etc/agentdb-sync/tokens/tokens.yaml" }}
{{- end }}
{{- $users := list
      (dict "name" "operator" "password" "${operator-password}" "role" "operator")
      (dict "name" "prometheus" "token" "${viewer-token}" "role" "viewer") }}
{{- $agentdb := dict
      "node" (dict "id" (include "agentdb-sync.nodeId" .))
      "server" $server
      "sync" (deepCopy .Values.sync)
      "admin" (dict "users" $users) }}
{{- with include "agentdb-sync.clientTls" . | fromYaml }}
{{- $_ := set $agentdb "client" (dict "tls" .) }}
{{- end }}
{{- with include "agentdb-sync.peers" . | fromYamlArray }}
{{- $_ := set $agentdb "peers" . }}
{{- end }}
{{- with include "agentdb-sync.discovery" . | fromYaml }}
{{- $_ := set $agentdb "discovery" . }}
{{- end }}
{{- $pool := dict "maximum-pool-size" .Values.database.poolSize }}
{{- $spring := dict "datasource" (dict
      "url" (include "agentdb-sync.databaseUrl" .)
      "username" "${database-username}"
      "password" "${database-password}"
      "hikari" $pool) }}
{{- $settings := dict "agentdb" $agentdb "spring" $spring }}
{{- if or .Values.ingress.enabled .Values.gateway.httpRoute.enabled }}
{{- /* Not "framework", which believes what the client itself has put first into the header: addresses are what logins are limited by. */}}
{{- $_ := set $settings "server" (dict "forward-headers-strategy" "native") }}
{{- end }}
{{- mergeOverwrite $settings (deepCopy .Values.config) | toYaml }}
{{- end }}

{{- define "agentdb-sync.serverTls" -}}
cert: /etc/agentdb-sync/tls/server/tls.crt
key: /etc/agentdb-sync/tls/server/tls.key
{{- if .Values.tls.server.clientCa.existingSecret }}
ca: /etc/agentdb-sync/tls/client-ca/ca.crt
{{- end }}
{{- end }}

{{- define "agentdb-sync.clientTls" -}}
{{- if .Values.tls.client.existingSecret }}
cert: /etc/agentdb-sync/tls/client/tls.crt
key: /etc/agentdb-sync/tls/client/tls.key
{{- end }}
{{- if .Values.tls.client.ca.existingSecret }}
ca: /etc/agentdb-sync/tls/peer-ca/ca.crt
{{- end }}
{{- end }}

{{- define "agentdb-sync.peers" -}}
{{- range $index, $peer := .Values.peers }}
- name: {{ $peer.name | quote }}
  address: {{ $peer.address | quote }}
  {{- with $peer.authTokenSecret }}
  auth-token: {{ printf "${peers-%d-auth-token}" $index | quote }}
  {{- end }}
  {{- with $peer.fingerprint }}
  fingerprint: {{ . | quote }}
  {{- end }}
  {{- with $peer.kinds }}
  kinds: {{ toJson . }}
  {{- end }}
  {{- with $peer.filters }}
  filters: {{ toJson . }}
  {{- end }}
  {{- with $peer.conflictStrategy }}
  conflict-strategy: {{ . | quote }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "agentdb-sync.discovery" -}}
{{- with .Values.discovery }}
{{- if .dns }}
dns: {{ toJson .dns }}
interval: {{ .interval | quote }}
{{- with .fingerprint }}
fingerprint: {{ . | quote }}
{{- end }}
{{- if .authTokenSecret.name }}
auth-token: "${discovery-auth-token}"
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Which key of which secret each property's file is; a list of dicts: property, secretName, key. */}}
{{- define "agentdb-sync.secretProperties" -}}
{{- $auth := include "agentdb-sync.authSecret" . }}
{{- $database := include "agentdb-sync.databaseSecret" . }}
{{- $keys := .Values.cloudnativepg.enabled | ternary (dict "username" "username" "password" "password") .Values.database.secretKeys }}
{{- $all := list
      (dict "property" "operator-password" "secretName" $auth "key" .Values.auth.secretKeys.operatorPassword)
      (dict "property" "viewer-token" "secretName" $auth "key" .Values.auth.secretKeys.viewerToken)
      (dict "property" "database-username" "secretName" $database "key" $keys.username)
      (dict "property" "database-password" "secretName" $database "key" $keys.password) }}
{{- if .Values.auth.sharedToken }}
{{- $all = append $all (dict "property" "peer-token" "secretName" $auth "key" .Values.auth.secretKeys.peerToken) }}
{{- end }}
{{- range $index, $peer := .Values.peers }}
{{- with $peer.authTokenSecret }}
{{- $all = append $all (dict "property" (printf "peers-%d-auth-token" $index) "secretName" .name "key" (default "peer-token" .key)) }}
{{- end }}
{{- end }}
{{- with .Values.discovery.authTokenSecret }}
{{- if .name }}
{{- $all = append $all (dict "property" "discovery-auth-token" "secretName" .name "key" .key) }}
{{- end }}
{{- end }}
{{- concat $all .Values.secretProperties | toYaml }}
{{- end }}
