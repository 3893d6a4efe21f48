import type { Catalogue } from './catalogue.js';

/** The catalogue by subject: each language has a file for each of these. */
export type Answers = Pick<
  Catalogue,
  | 'prediction'
  | 'album'
  | 'whyButton'
  | 'heatmapCaption'
  | 'albumHeatmapCaption'
  | 'legend'
  | 'buttonWorking'
  | 'buttonTooOld'
  | 'buttonOfOtherModel'
  | 'labels'
  | 'noLabels'
  | 'kinds'
  | 'labelsOf'
  | 'modelFacts'
>;

export type Failures = Pick<
  Catalogue,
  | 'noPrediction'
  | 'noHeatmap'
  | 'noAlbumHeatmaps'
  | 'notAPicture'
  | 'unknownLabel'
  | 'unknownRank'
  | 'unknownIndex'
  | 'replyToThePhoto'
  | 'unsupportedReply'
  | 'unknownCommand'
  | 'notServed'
  | 'unexpected'
>;

export type Commands = Pick<
  Catalogue,
  | 'start'
  | 'help'
  | 'privacy'
  | 'explainUsage'
  | 'predictUsage'
  | 'hint'
  | 'commands'
  | 'description'
  | 'shortDescription'
>;

export type Settings = Pick<
  Catalogue,
  | 'languageQuestion'
  | 'languageSet'
  | 'heatmapState'
  | 'heatmapSet'
  | 'heatmapOffForAll'
  | 'autoState'
  | 'autoSet'
  | 'autoInPrivate'
  | 'autoHidden'
  | 'groupAdminsOnly'
  | 'onOrOff'
>;

export type Operation = Pick<Catalogue, 'status' | 'adminsOfBotOnly'>;
