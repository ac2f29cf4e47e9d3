// Package datasets holds small, well-known data sets as [data.Arrays], ready for Fit.
//
// [Digits] is embedded and needs no network. The others are read from files in the folder GORGONIN_DATA/<name>, or, when
// that environment variable is not set, gorgonin/<name> in the user's cache folder ([os.UserCacheDir]). A file that is
// missing is downloaded once. Every file is compared with its known checksum, also when it was put there by hand, so a
// damaged file is an error and never bad data. Without a network the error says which files to put where.
//
// Images are float32 in [0, 1], shape (n, height, width, channels); labels are int, shape (n).
package datasets
