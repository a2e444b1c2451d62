// What worker and API stand on: network, logs, identities, key vaults, PostgreSQL, and the environment
// of Container Apps. Deploy it first; then put the secrets into the vaults; then deploy apps.bicep.
targetScope = 'resourceGroup'

@description('Region of everything.')
param location string = resourceGroup().location

@description('What the names of resources begin with.')
@minLength(3)
@maxLength(11)
param prefix string = 'mfa'

@description('Password of the administrator of PostgreSQL. Empty: there is a server already.')
@secure()
param databasePassword string = ''

@description('Size of the server of PostgreSQL.')
param databaseSku object = {
  name: 'Standard_B2s'
  tier: 'Burstable'
}

var components = ['worker', 'api', 'owner']
var suffix = uniqueString(resourceGroup().id)
// Key Vault Secrets User: may read the values of secrets.
var secretsUser = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '4633458b-17de-408a-b874-0445c86b69e6'
)
var hasDatabase = !empty(databasePassword)

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: '${prefix}-network'
  location: location
  properties: {
    addressSpace: {
      addressPrefixes: ['10.61.0.0/16']
    }
    subnets: [
      {
        name: 'apps'
        properties: {
          addressPrefix: '10.61.0.0/23'
          delegations: [
            {
              name: 'apps'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: 'database'
        properties: {
          addressPrefix: '10.61.2.0/28'
          delegations: [
            {
              name: 'database'
              properties: {
                serviceName: 'Microsoft.DBforPostgreSQL/flexibleServers'
              }
            }
          ]
        }
      }
    ]
  }
}

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: '${prefix}-logs'
  location: location
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: 30
  }
}

resource environment 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: '${prefix}-environment'
  location: location
  properties: {
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: logs.properties.customerId
        sharedKey: logs.listKeys().primarySharedKey
      }
    }
    vnetConfiguration: {
      infrastructureSubnetId: network.properties.subnets[0].id
    }
    workloadProfiles: [
      {
        name: 'Consumption'
        workloadProfileType: 'Consumption'
      }
    ]
  }
}

// Each component is somebody else, and reads one vault: the API can't see the owner's password.
resource identities 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = [
  for component in components: {
    name: '${prefix}-${component}'
    location: location
  }
]

resource vaults 'Microsoft.KeyVault/vaults@2023-07-01' = [
  for component in components: {
    name: take('${substring(component, 0, 1)}-${prefix}-${suffix}', 24)
    location: location
    properties: {
      tenantId: subscription().tenantId
      sku: {
        family: 'A'
        name: 'standard'
      }
      enableRbacAuthorization: true
      enableSoftDelete: true
      enablePurgeProtection: true
    }
  }
]

resource readers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (component, index) in components: {
    name: guid(vaults[index].id, component, secretsUser)
    scope: vaults[index]
    properties: {
      roleDefinitionId: secretsUser
      principalId: identities[index].properties.principalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' = if (hasDatabase) {
  name: '${prefix}.private.postgres.database.azure.com'
  location: 'global'
}

resource zoneLink 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = if (hasDatabase) {
  parent: zone
  name: '${prefix}-network'
  location: 'global'
  properties: {
    registrationEnabled: false
    virtualNetwork: {
      id: network.id
    }
  }
}

resource database 'Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01' = if (hasDatabase) {
  name: '${prefix}-${suffix}'
  location: location
  sku: databaseSku
  properties: {
    version: '16'
    administratorLogin: 'administrator1'
    administratorLoginPassword: databasePassword
    storage: {
      storageSizeGB: 32
      autoGrow: 'Enabled'
    }
    backup: {
      backupRetentionDays: 14
      geoRedundantBackup: 'Disabled'
    }
    highAvailability: {
      mode: 'Disabled'
    }
    network: {
      delegatedSubnetResourceId: network.properties.subnets[1].id
      privateDnsZoneArmResourceId: zone.id
    }
  }
  dependsOn: [zoneLink]
}

output databaseHost string = hasDatabase ? database.properties.fullyQualifiedDomainName : ''
output vaultNames array = [for (component, index) in components: vaults[index].name]
output workerClientId string = identities[0].properties.clientId
output workerPrincipalId string = identities[0].properties.principalId
output apiClientId string = identities[1].properties.clientId
