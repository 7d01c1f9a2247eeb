{{- define "agentdb-sync.ipFamilies" -}}
{{- with .Values.service.ipFamilyPolicy }}
ipFamilyPolicy: {{ . | quote }}
{{- end }}
{{- with .Values.service.ipFamilies }}
ipFamilies:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "agentdb-sync.quicService" -}}
{{- $service := .Values.service.quic }}
{{- $outside := ne $service.type "ClusterIP" }}
type: {{ $service.type | quote }}
{{- include "agentdb-sync.ipFamilies" . | nindent 0 }}
{{- if $outside }}
externalTrafficPolicy: {{ $service.externalTrafficPolicy | quote }}
{{- end }}
{{- with $service.loadBalancerClass }}
loadBalancerClass: {{ . | quote }}
{{- end }}
{{- with $service.loadBalancerSourceRanges }}
loadBalancerSourceRanges:
  {{- toYaml . | nindent 2 }}
{{- end }}
sessionAffinity: {{ $service.sessionAffinity | quote }}
{{- if eq $service.sessionAffinity "ClientIP" }}
sessionAffinityConfig:
  clientIP:
    timeoutSeconds: {{ $service.sessionAffinityTimeoutSeconds }}
{{- end }}
ports:
  - name: quic
    port: {{ $service.port }}
    targetPort: quic
    protocol: UDP
    {{- if and $outside $service.nodePort }}
    nodePort: {{ $service.nodePort }}
    {{- end }}
selector:
  {{- include "agentdb-sync.podSelector" . | nindent 2 }}
{{- end }}
