{{/* The name of a component; call it with (list . "worker"). */}}
{{- define "mfa-rollout.name" -}}
{{- $release := (index . 0).Release.Name -}}
{{- printf "%s-%s" (ternary $release (printf "%s-mfa-rollout" $release) (contains "mfa-rollout" $release) | trunc 50) (index . 1) -}}
{{- end -}}

{{/* The labels by which a component's pods are found. */}}
{{- define "mfa-rollout.selector" -}}
app.kubernetes.io/name: mfa-rollout
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "mfa-rollout.labels" -}}
{{ include "mfa-rollout.selector" . }}
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ printf "%s-%s" (index . 0).Chart.Name (index . 0).Chart.Version }}
{{- end -}}

{{- define "mfa-rollout.image" -}}
{{- with .Values.image.digest -}}
{{ $.Values.image.repository }}@{{ . }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* What every pod of ours has in common: no right in the cluster, and little in the container. */}}
{{- define "mfa-rollout.pod" -}}
serviceAccountName: {{ include "mfa-rollout.name" . }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with (index . 0).Values.imagePullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "mfa-rollout.container" -}}
image: {{ include "mfa-rollout.image" (index . 0) }}
imagePullPolicy: {{ (index . 0).Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
resources: {{ toYaml (index . 2).resources | nindent 2 }}
{{- end -}}

{{/* Settings from values, and the files of those that are secret. */}}
{{- define "mfa-rollout.environment" -}}
{{- $values := (index . 0).Values -}}
{{- $given := merge (dict "TEMPORAL_ADDRESS" $values.temporal.address "TEMPORAL_NAMESPACE" $values.temporal.namespace) (index . 2).settings $values.temporal.settings $values.settings -}}
{{- range $name, $value := $given }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- $component := index . 1 }}
{{- range (index . 2).secretSettings }}
- name: {{ . }}_FILE
  value: /run/secrets/{{ $component }}/{{ . }}
{{- end }}
{{- end -}}

{{/* The port for Prometheus, where it is wanted. */}}
{{- define "mfa-rollout.metrics-environment" -}}
{{- if .Values.metrics.enabled -}}
- {name: METRICS_HOST, value: 0.0.0.0}
- {name: METRICS_PORT, value: "9464"}
{{- end -}}
{{- end -}}

{{- define "mfa-rollout.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{ include "mfa-rollout.selector" . | nindent 8 }}
{{- end -}}
