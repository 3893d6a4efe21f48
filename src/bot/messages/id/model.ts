import type { ModelPhrases } from '../model-notes.js';

export const modelPhrases: ModelPhrases = {
  language: 'id',
  between: (low, high) => `${low} sampai ${high}`,
  named: {
    caffe: 'biru, hijau, merah, dikurangi rata-ratanya',
    torch: 'disesuaikan dengan rata-rata dan simpangannya',
  },
  asked: 'diatur oleh pengelola',
  classifier: 'menurut keterangan modelnya',
  preprocessor: 'menurut preprocessor_config.json-nya',
  teachable: 'sesuai Teachable Machine',
  looksTeachable: 'tebakan: mirip model Teachable Machine',
  ownLayers: (layer) => `sesuai lapisan ${layer} di dalam modelnya`,
  architecture: (name) => `tebakan: susunannya seperti ${name}`,
  exporter: (name) => `tebakan: kebanyakan model dari ${name} dilatih begitu`,
  assumed: 'perkiraan saja',

  heading: 'Perlu diketahui',
  mayBeWrong:
    'Tidak ada keterangan model ini dilatih dengan nilai piksel berapa. Kalau jawaban saya ngawur, mungkin itu sebabnya.',
  contradicted: (said, own, layer) =>
    `Model ini diberi nilai piksel ${said}, padahal lapisan ${layer} di dalamnya perlu ${own}.`,
  output: (name, among) => `Model ini punya ${among} keluaran; yang saya baca ${name}.`,
  twoClasses: (near0, near1) =>
    `Keluarannya satu angka: mendekati 0 berarti “${near0}”, mendekati 1 berarti “${near1}”.`,
  noSoftmax: 'Model ini berakhir tanpa softmax, jadi angkanya saya anggap skor dan saya ubah menjadi persentase.',
  ownLabels: 'Nama kelas-kelasnya saya ambil dari file modelnya sendiri.',
  middle: (exporter) =>
    `Yang saya lihat hanya bagian tengah foto, karena kebanyakan model dari ${exporter} dilatih begitu.`,
  noLabels: (first, last) => `Kelas-kelasnya tidak punya nama; sebutannya ${first} sampai ${last}.`,
};
