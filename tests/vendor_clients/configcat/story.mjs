// Lists, creates, updates and deletes segments, and reads and patches values, with the vendor's own
// client. Every answer is held against the vendor's own types.

import '@angular/compiler';
import { FetchBackend, HttpClient, provideHttpClient, withFetch } from '@angular/common/http';
import { createEnvironmentInjector, Injector, provideZonelessChangeDetection } from '@angular/core';
import {
  ConfigsService,
  Configuration,
  EnvironmentsService,
  FeatureFlagSettingValuesService,
  FeatureFlagSettingValuesV2Service,
  FeatureFlagsSettingsService,
  MeService,
  OrganizationsService,
  ProductsService,
  SegmentsService,
} from 'ng-configcat-publicapi';
import { firstValueFrom } from 'rxjs';
import { Shapes } from './shapes.mjs';

const shapes = new Shapes('node_modules/ng-configcat-publicapi/types/ng-configcat-publicapi.d.ts');
const [url] = process.argv.slice(2);
const injector = createEnvironmentInjector(
  [provideZonelessChangeDetection(), provideHttpClient(withFetch())],
  Injector.NULL,
);
const http = new HttpClient(injector.get(FetchBackend));

function signedIn(password) {
  const secret = Buffer.from(`sandbox-user:${password}`).toString('base64');
  const configuration = new Configuration({ basePath: url, credentials: { Basic: secret } });
  return (service) => new service(http, url, configuration);
}

const as = signedIn('sandbox-password');
const segments = as(SegmentsService);

async function answer(type, observable) {
  const value = await firstValueFrom(observable);
  shapes.check(value, type);
  return value;
}

async function refused(observable) {
  try {
    await firstValueFrom(observable);
  } catch (error) {
    return `${error.status} ${JSON.stringify(error.error)}`.replace(/[0-9a-f]{8}-[-0-9a-f]{27}/g, 'ID');
  }
  throw new Error('it was not refused');
}

const say = (...words) => console.log(...words);

const me = await answer('MeModel', as(MeService).getMe());
say('me:', me.email);
say('a wrong password:', await refused(signedIn('wrong')(MeService).getMe()));
await answer('Array<OrganizationModel>', as(OrganizationsService).getOrganizations());
const [product] = await answer('Array<ProductModel>', as(ProductsService).getProducts());
const [main, old] = await answer('Array<ConfigModel>', as(ConfigsService).getConfigs(product.productId));
const [production] = await answer(
  'Array<EnvironmentModel>',
  as(EnvironmentsService).getEnvironments(product.productId),
);
const [checkout, theme] = await answer('Array<SettingModel>', as(FeatureFlagsSettingsService).getSettings(main.configId));
say('settings:', checkout.key, theme.key, theme.predefinedVariations.map((it) => it.name).join('/'));
await answer(
  'OrganizationLimitations',
  as(OrganizationsService).getOrganizationLimitations(product.organization.organizationId),
);

const list = () => answer('Array<SegmentListModel>', segments.getSegments(product.productId));
const [staff] = await list();
say('segments:', staff.name, 'used by', staff.usage);

const created = await answer(
  'SegmentModel',
  segments.createSegment(product.productId, {
    name: 'Beta',
    comparisonAttribute: 'Email',
    comparator: 'sensitiveIsOneOf',
    comparisonValue: 'a@b.example,c@d.example',
  }),
);
say('created:', created.name, created.comparator, created.comparisonValue, JSON.stringify(created.description));
say('once more:', await refused(segments.createSegment(product.productId, { ...created, name: 'BETA' })));
const updated = await answer(
  'SegmentModel',
  segments.updateSegment(created.segmentId, { name: 'Beta users', description: 'volunteers' }),
);
say('updated:', updated.name, updated.comparator, updated.description);
const read = await answer('SegmentModel', segments.getSegment(created.segmentId));
say('read again:', read.name, read.updatedAt === updated.updatedAt);

const formulas = as(FeatureFlagSettingValuesV2Service);
const place = [main.configId, production.environmentId];
const all = await answer('ConfigSettingFormulasModel', formulas.getSettingValuesV2(...place));
say('rules:', all.settingFormulas.map((it) => it.targetingRules.length).join(','));
const flag = [production.environmentId, checkout.settingId];
const at = '/targetingRules/0/conditions/0/segmentCondition/segmentId';
const move = (from, to) => [
  { op: 'test', path: at, value: from },
  { op: 'replace', path: at, value: to },
];
say('without a reason:', await refused(formulas.updateSettingValueV2(...flag, move(staff.segmentId, read.segmentId))));
const patched = await answer(
  'SettingFormulaModel',
  formulas.updateSettingValueV2(...flag, move(staff.segmentId, read.segmentId), 'a story'),
);
const [rule] = patched.targetingRules;
say('patched:', rule.conditions[0].segmentCondition.segmentId === read.segmentId);
say('not what was expected:', await refused(formulas.updateSettingValueV2(...flag, move(staff.segmentId, read.segmentId), 'a story')));
const same = await firstValueFrom(
  formulas.updateSettingValueV2(...flag, [{ op: 'test', path: at, value: read.segmentId }], 'a story', 'response'),
);
say('nothing to change:', same.status);
const put = await answer('SettingFormulaModel', formulas.replaceSettingValueV2(...flag, patched, 'a story'));
say('put back as read:', put.lastVersionId === patched.lastVersionId);

const values = as(FeatureFlagSettingValuesService);
const oldValues = await answer('ConfigSettingValuesModel', values.getSettingValues(old.configId, production.environmentId));
const banner = [production.environmentId, oldValues.settingValues[0].setting.settingId];
const oldPatch = [{ op: 'replace', path: '/rolloutRules/0/segmentId', value: read.segmentId }];
say('an old one without a reason:', await refused(values.updateSettingValue(...banner, oldPatch)));
const oldPatched = await answer('SettingValueModel', values.updateSettingValue(...banner, oldPatch, 'a story'));
say('an old one patched:', oldPatched.rolloutRules[0].segmentId === read.segmentId);

say('uses:', (await list()).map((it) => `${it.name} ${it.usage}`).join(', '));
say('in use:', await refused(segments.deleteSegment(read.segmentId)));
await firstValueFrom(segments.deleteSegment(staff.segmentId));
say('deleted:', await refused(segments.getSegment(staff.segmentId)));
say('left:', (await list()).map((it) => it.name).join(', '));
