import type { AskingWords } from '../catalogue.js';

export const asking: AskingWords = {
  asking: (
    'kenapa knp mengapa apa apaan mana manakah bagaimana gimana jelaskan jelasin tunjukkan tunjukin tampilkan lihatkan ' +
    'perlihatkan cari nomor nomer tebakan jawaban'
  ).split(' '),
  around: (
    'ada adalah aja bagian bisa bukan coba dan dari deh di dong foto gambar ini itu jadi jawab ke kok kamu kan kalau kalo ' +
    'kira lagi lihat liat menurut menurutmu no pada sebagai sih si saja soal tapi tentang tolong untuk ya yang yg'
  ).split(' '),
  ranks: [
    ['pertama', 'kesatu', 'satu'],
    ['kedua', 'dua'],
    ['ketiga', 'tiga'],
    ['keempat', 'empat'],
    ['kelima', 'lima'],
  ],
  endings: ['nya', 'kah'],
};
