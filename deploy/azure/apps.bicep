// Worker, API, and the jobs that make database and tables. foundation.bicep comes first, and the secrets.
targetScope = 'resourceGroup'

@description('Region of everything.')
param location string = resourceGroup().location

@description('What the names of resources begin with, as in foundation.bicep.')
param prefix string = 'mfa'

@description('The image, such as contoso.azurecr.io/mfa-rollout:0.1.0.')
param image string

@description('Container registry that the identities may pull from. Empty: the image is public.')
param registry string = ''

@description('Settings of worker and API by name, as text: PUBLIC_BASE_URL, COMPANY_NAME, SUPPORT_EMAIL.')
param settings object

@description('Settings of the worker: TENANT_ID, ENFORCEMENT_GROUP_ID, SITE_ID, LIST_ID, SENDER_MAILBOXES.')
param workerSettings object

@description('Settings of the API.')
param apiSettings object = {
  // The environment's own proxy.
  TRUSTED_PROXIES: '100.100.0.0/16'
}

@description('Host and port of the Temporal server.')
param temporalAddress string

@description('Namespace on that server.')
param temporalNamespace string = 'default'

@description('Whether the worker\'s vault has an API key of Temporal Cloud, as temporal-api-key, and the API\'s, too.')
param hasTemporalApiKey bool = false

@description('Host of PostgreSQL; for the job that makes the databases and users.')
param databaseHost string

@description('How many workers there are.')
param workers int = 1

@description('How many APIs there are.')
param apis int = 2

var suffix = uniqueString(resourceGroup().id)
var shared = union(settings, {
  TEMPORAL_ADDRESS: temporalAddress
  TEMPORAL_NAMESPACE: temporalNamespace
})
var temporalKey = hasTemporalApiKey ? ['temporal-api-key'] : []
var processSecrets = concat(['database-url', 'tracking-token-key'], temporalKey)
var ownerSecrets = [
  'postgresql-password'
  'owner-database-url'
  'worker-database-url'
  'api-database-url'
]
// `tracking-token-key` is the setting TRACKING_TOKEN_KEY, which is read from a file.
var processFiles = map(processSecrets, secret => {
  name: '${toUpper(replace(secret, '-', '_'))}_FILE'
  value: '/run/secrets/${secret}'
})

resource environment 'Microsoft.App/managedEnvironments@2024-03-01' existing = {
  name: '${prefix}-environment'
}

resource workerIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: '${prefix}-worker'
}

resource apiIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: '${prefix}-api'
}

resource ownerIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: '${prefix}-owner'
}

resource workerVault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: take('w-${prefix}-${suffix}', 24)
}

resource apiVault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: take('a-${prefix}-${suffix}', 24)
}

resource ownerVault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: take('o-${prefix}-${suffix}', 24)
}

resource worker 'Microsoft.App/containerApps@2024-03-01' = {
  name: '${prefix}-worker'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${workerIdentity.id}': {}
    }
  }
  properties: {
    environmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      // An older worker ends before a newer one begins.
      activeRevisionsMode: 'Single'
      registries: empty(registry) ? [] : [
        {
          server: registry
          identity: workerIdentity.id
        }
      ]
      secrets: map(processSecrets, secret => {
        name: secret
        keyVaultUrl: '${workerVault.properties.vaultUri}secrets/${secret}'
        identity: workerIdentity.id
      })
    }
    template: {
      terminationGracePeriodSeconds: 60
      containers: [
        {
          name: 'worker'
          image: image
          args: ['worker']
          // It signs in to Entra ID as its managed identity: there is no client secret.
          env: concat(
            map(items(union(shared, workerSettings)), one => {
              name: one.key
              value: string(one.value)
            }),
            processFiles,
            [
              {
                name: 'CLIENT_ID'
                value: workerIdentity.properties.clientId
              }
              {
                name: 'MANAGED_IDENTITY'
                value: 'user'
              }
            ]
          )
          resources: {
            cpu: json('0.5')
            memory: '1Gi'
          }
          volumeMounts: [
            {
              volumeName: 'secrets'
              mountPath: '/run/secrets'
            }
          ]
        }
      ]
      scale: {
        minReplicas: workers
        maxReplicas: workers
      }
      volumes: [
        {
          name: 'secrets'
          storageType: 'Secret'
          secrets: map(processSecrets, secret => {
            secretRef: secret
            path: secret
          })
        }
      ]
    }
  }
}

resource api 'Microsoft.App/containerApps@2024-03-01' = {
  name: '${prefix}-api'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${apiIdentity.id}': {}
    }
  }
  properties: {
    environmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: {
        external: true
        allowInsecure: false
        targetPort: 8080
        transport: 'http'
      }
      registries: empty(registry) ? [] : [
        {
          server: registry
          identity: apiIdentity.id
        }
      ]
      secrets: map(processSecrets, secret => {
        name: secret
        keyVaultUrl: '${apiVault.properties.vaultUri}secrets/${secret}'
        identity: apiIdentity.id
      })
    }
    template: {
      terminationGracePeriodSeconds: 60
      containers: [
        {
          name: 'api'
          image: image
          args: ['api']
          env: concat(
            map(items(union(shared, apiSettings)), one => {
              name: one.key
              value: string(one.value)
            }),
            processFiles,
            [
              {
                name: 'API_HOST'
                value: '0.0.0.0'
              }
              {
                name: 'API_PORT'
                value: '8080'
              }
              {
                name: 'OUTBOX_PATH'
                value: '/outbox/outbox.sqlite'
              }
            ]
          )
          resources: {
            cpu: json('0.5')
            memory: '1Gi'
          }
          probes: [
            {
              type: 'Startup'
              httpGet: {
                path: '/healthz'
                port: 8080
              }
              periodSeconds: 6
              failureThreshold: 10
            }
            {
              type: 'Liveness'
              httpGet: {
                path: '/healthz'
                port: 8080
              }
              periodSeconds: 10
              timeoutSeconds: 5
              failureThreshold: 6
            }
            {
              type: 'Readiness'
              httpGet: {
                path: '/readyz'
                port: 8080
              }
              periodSeconds: 10
              timeoutSeconds: 5
            }
          ]
          volumeMounts: [
            {
              volumeName: 'secrets'
              mountPath: '/run/secrets'
            }
            {
              volumeName: 'outbox'
              mountPath: '/outbox'
            }
          ]
        }
      ]
      scale: {
        minReplicas: apis
        maxReplicas: apis
      }
      volumes: [
        {
          name: 'secrets'
          storageType: 'Secret'
          secrets: map(processSecrets, secret => {
            secretRef: secret
            path: secret
          })
        }
        {
          // A local disk that a replica keeps over restarts; SQLite may not lie on a share.
          name: 'outbox'
          storageType: 'EmptyDir'
        }
      ]
    }
  }
}

// Makes the databases and users: az containerapp job start
resource databaseJob 'Microsoft.App/jobs@2024-03-01' = {
  name: '${prefix}-database'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${ownerIdentity.id}': {}
    }
  }
  properties: {
    environmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      triggerType: 'Manual'
      replicaTimeout: 300
      replicaRetryLimit: 2
      manualTriggerConfig: {
        parallelism: 1
        replicaCompletionCount: 1
      }
      secrets: map(ownerSecrets, secret => {
        name: secret
        keyVaultUrl: '${ownerVault.properties.vaultUri}secrets/${secret}'
        identity: ownerIdentity.id
      })
    }
    template: {
      containers: [
        {
          name: 'database'
          image: 'docker.io/library/postgres:16'
          command: ['/bin/sh', '-c', loadTextContent('../postgresql/create-databases.sh')]
          env: [
            {
              name: 'PGHOST'
              value: databaseHost
            }
            {
              name: 'PGUSER'
              value: 'administrator1'
            }
            {
              name: 'PGSSLMODE'
              value: 'require'
            }
          ]
          resources: {
            cpu: json('0.25')
            memory: '0.5Gi'
          }
          volumeMounts: [
            {
              volumeName: 'secrets'
              mountPath: '/run/secrets'
            }
          ]
        }
      ]
      volumes: [
        {
          name: 'secrets'
          storageType: 'Secret'
          secrets: map(ownerSecrets, secret => {
            secretRef: secret
            path: secret
          })
        }
      ]
    }
  }
}

// Makes the tables, as their owner: az containerapp job start, before each release.
resource migrateJob 'Microsoft.App/jobs@2024-03-01' = {
  name: '${prefix}-migrate'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${ownerIdentity.id}': {}
    }
  }
  properties: {
    environmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      triggerType: 'Manual'
      replicaTimeout: 900
      replicaRetryLimit: 2
      manualTriggerConfig: {
        parallelism: 1
        replicaCompletionCount: 1
      }
      registries: empty(registry) ? [] : [
        {
          server: registry
          identity: ownerIdentity.id
        }
      ]
      secrets: [
        {
          name: 'owner-database-url'
          keyVaultUrl: '${ownerVault.properties.vaultUri}secrets/owner-database-url'
          identity: ownerIdentity.id
        }
      ]
    }
    template: {
      containers: [
        {
          name: 'migrate'
          image: image
          args: ['migrate']
          env: [
            {
              name: 'DATABASE_URL_FILE'
              value: '/run/secrets/owner-database-url'
            }
          ]
          resources: {
            cpu: json('0.25')
            memory: '0.5Gi'
          }
          volumeMounts: [
            {
              volumeName: 'secrets'
              mountPath: '/run/secrets'
            }
          ]
        }
      ]
      volumes: [
        {
          name: 'secrets'
          storageType: 'Secret'
          secrets: [
            {
              secretRef: 'owner-database-url'
              path: 'owner-database-url'
            }
          ]
        }
      ]
    }
  }
}

output apiHost string = api.properties.configuration.ingress.fqdn
