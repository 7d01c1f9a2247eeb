{{/*
Stops a release with each value that would do nothing, and what to do about it: what is ignored without a word is taken for what is in
force. What belongs to something that is off by its own `enabled` may stay.
*/}}
{{- define "agentdb-sync.checks" -}}
{{- $values := .Values }}
{{- $database := $values.database }}
{{- $cluster := $values.cloudnativepg.enabled }}
{{- $quic := $values.service.quic }}
{{- $tls := $values.tls.server }}
{{- $inCluster := eq $quic.type "ClusterIP" }}
{{- $balanced := eq $quic.type "LoadBalancer" }}
{{- $own := "the database is the one of cloudnativepg: leave this out, or switch cloudnativepg.enabled off" }}
{{- $inUrl := "it is a part of database.url: say it there, or leave out the url" }}
{{- $verified := hasPrefix "verify-" (include "agentdb-sync.sslMode" .) }}
{{- $rules := list
      (list (and $cluster $database.url) "database.url" $own)
      (list (and $cluster $database.host) "database.host" $own)
      (list (and $cluster (ne (int $database.port) 5432)) "database.port" $own)
      (list (and $cluster $database.existingSecret) "database.existingSecret" $own)
      (list (and $cluster $database.ca.existingSecret) "database.ca.existingSecret" "the operator has an authority of its own: leave this out, or name it in cloudnativepg.spec.certificates.serverCASecret")
      (list (and $cluster $values.networkPolicy.database.to) "networkPolicy.database.to" "with cloudnativepg.enabled it is known where the database is: leave this out")
      (list (and $database.url $database.host) "database.host" $inUrl)
      (list (and $database.url (ne $database.name "agentdb")) "database.name" $inUrl)
      (list (and $database.url $database.sslMode) "database.sslMode" $inUrl)
      (list (and $database.url $database.ca.existingSecret (not (contains "sslrootcert=" $database.url))) "database.ca.existingSecret" "database.url does not use it: add sslrootcert=/etc/agentdb-sync/tls/database/ca.crt to the url")
      (list (and (not $database.url) $database.ca.existingSecret (not $verified)) "database.ca.existingSecret" (printf "nothing is verified with sslMode %s: set verify-full, or leave this out" $database.sslMode))
      (list (not (or $values.auth.sharedToken $tls.clientCa.existingSecret $values.auth.tokens.existingSecret)) "auth.sharedToken" "without it, say who may connect by tls.server.clientCa.existingSecret or auth.tokens.existingSecret")
      (list (and $tls.clients (not $tls.clientCa.existingSecret)) "tls.server.clients" "nobody is asked for a certificate: name the authority of clients in tls.server.clientCa.existingSecret")
      (list (and $tls.existingSecret $tls.certManager.enabled) "tls.server.certManager.enabled" "tls.server.existingSecret is the certificate already: leave out one of the two")
      (list (and $tls.existingSecret $tls.ipAddresses) "tls.server.ipAddresses" "tls.server.existingSecret has its addresses already: leave this out")
      (list (and (not $values.discovery.dns) $values.discovery.fingerprint) "discovery.fingerprint" "nobody is looked for: name somebody in discovery.dns")
      (list (and (not $values.discovery.dns) $values.discovery.authTokenSecret.name) "discovery.authTokenSecret.name" "nobody is looked for: name somebody in discovery.dns")
      (list (and $values.autoscaling.enabled (ne (int $values.replicaCount) 1)) "replicaCount" "autoscaling chooses the number of replicas: set autoscaling.minReplicas")
      (list (and $inCluster $quic.nodePort) "service.quic.nodePort" "a ClusterIP has none: set service.quic.type to NodePort or LoadBalancer")
      (list (and $inCluster (ne $quic.externalTrafficPolicy "Local")) "service.quic.externalTrafficPolicy" "nothing comes from outside to a ClusterIP: set service.quic.type to NodePort or LoadBalancer")
      (list (and (not $balanced) $quic.loadBalancerClass) "service.quic.loadBalancerClass" "there is no load balancer: set service.quic.type to LoadBalancer")
      (list (and (not $balanced) $quic.loadBalancerSourceRanges) "service.quic.loadBalancerSourceRanges" "there is no load balancer: set service.quic.type to LoadBalancer")
      (list (and (ne $quic.sessionAffinity "ClientIP") (ne (int $quic.sessionAffinityTimeoutSeconds) 10800)) "service.quic.sessionAffinityTimeoutSeconds" "no client is remembered: set service.quic.sessionAffinity to ClientIP")
      (list (and (gt (len $values.service.ipFamilies) 1) (not (hasSuffix "DualStack" $values.service.ipFamilyPolicy))) "service.ipFamilies" "two need service.ipFamilyPolicy PreferDualStack or RequireDualStack")
      (list (eq (int $values.containerPorts.http) (int $values.containerPorts.management)) "containerPorts.management" "it is the port of http already: health and metrics have one of their own")
      (list (ge (int $values.preStopSleepSeconds) (int $values.terminationGracePeriodSeconds)) "preStopSleepSeconds" "the pod would be killed in its sleep: stay below terminationGracePeriodSeconds")
      (list (and (not $values.serviceAccount.create) (or $values.serviceAccount.labels $values.serviceAccount.annotations)) "serviceAccount.create" "labels and annotations are for one that the chart creates: leave them out") }}
{{- $wrong := list }}
{{- range $rules }}
{{- if first . }}{{ $wrong = append $wrong (printf "%s: %s" (index . 1) (last .)) }}{{ end }}
{{- end }}
{{- with $wrong }}{{ fail (printf "\n%s" (join "\n" .)) }}{{ end }}
{{- end }}
