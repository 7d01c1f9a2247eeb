{{- define "agentdb-sync.testSelector" -}}
{{ include "agentdb-sync.selectorLabels" . }}
app.kubernetes.io/component: test
{{- end }}
